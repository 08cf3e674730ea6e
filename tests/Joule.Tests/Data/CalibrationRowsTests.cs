using Joule.Data;
using Joule.Energies;
using Joule.Runs;
using Joule.States;
using Joule.Tests.Training;
using Xunit;

namespace Joule.Tests.Data;

public sealed class CalibrationRowsTests
{
    [Fact]
    public void Drawn_rows_and_the_rest_are_all_rows_in_order()
    {
        (int[] left, int[] drawn) = CalibrationRows.Draw(100, 0.25, 3, "t.csv", "row");
        Assert.Equal((75, 25), (left.Length, drawn.Length));
        Assert.Equal(Enumerable.Range(0, 100), left.Concat(drawn).Order());
        Assert.Equal(left.Order(), left);
        Assert.Equal(drawn.Order(), drawn);
        Assert.Equal(drawn, CalibrationRows.Draw(100, 0.25, 3, "t.csv", "row").Drawn);
        Assert.NotEqual(drawn, CalibrationRows.Draw(100, 0.25, 4, "t.csv", "row").Drawn);
    }

    [Fact]
    public void Too_few_rows_to_calibrate_or_to_train_are_refused()
    {
        Refused.With(() => CalibrationRows.Check(3, "three.csv"), "three.csv", "3 rows", "at least 20", "1/(n + 1)");
        Refused.With(() => CalibrationRows.Draw(50, 0.2, 1, "t.csv", "row"), "data.calibration_share is 0.2", "draws 10 of 50 rows");
        Refused.With(() => CalibrationRows.Draw(21, 0.97, 1, "t.csv", "row"), "fewer than 2 to learn from");
    }

    [Fact]
    public void Images_are_set_apart_from_the_training_images()
    {
        TrainTest images = new(TrainerTests.Halves(60).Images, TrainerTests.Halves(20).Images, "halves");
        DataSets whole = new ImageDataOptions { Source = "halves" }.Join(images);
        DataSets data = new ImageDataOptions { Source = "halves" }.Join(images.SetApart(0.5, 7));
        Assert.Equal((30, 30, 20), (data.Train.Count, data.Calibration!.Count, data.Test.Count));
        Assert.Equal((30, 7UL), (data.Report.Calibration, data.Report.CalibrationSeed));
        Assert.Contains("calibrated on 30 images drawn by seed 7", data.Report.Describe(), StringComparison.Ordinal);
        Assert.NotEqual(whole.Fingerprint(), data.Fingerprint());
        Assert.Null(whole.Calibration);
    }

    [Fact]
    public void Both_the_rows_and_a_share_are_refused()
    {
        RunConfig config = Presets.Load("points");
        Refused.With(() => (config with
        {
            Data = config.Data with { Calibration = "rows.csv", CalibrationShare = 0.5 },
        }).Validate("The configuration"), "data.calibration and data.calibration_share are both given");
    }

    [Fact]
    public void Exact_draws_that_calibrate_are_no_training_draws()
    {
        DataSets data = new DrawsDataOptions { Source = "moons", Count = 400, CalibrationShare = 0.25 }.Open(new DataRequest(3, _ => { }));
        Assert.Equal((300, 100, "two_moons:calibration"), (data.Train.Count, data.Calibration!.Count, data.Calibration.Name));
        Assert.Empty(Rows(data.Train).Intersect(Rows(data.Calibration)));
    }

    private static IEnumerable<(float, float)> Rows(StateSet states)
    {
        float[] state = new float[2];
        for (int i = 0; i < states.Count; i++)
        {
            states.Read(i, state);
            yield return (state[0], state[1]);
        }
    }
}
