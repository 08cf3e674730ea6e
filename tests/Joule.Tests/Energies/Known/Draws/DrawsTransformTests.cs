using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class DrawsTransformTests
{
    private static readonly DataRequest Request = new(1, _ => { });
    private static readonly DrawsDataOptions Options = new() { Source = "spirals", Count = 300, TestCount = 40 };

    [Fact]
    public void It_is_saved_and_restored()
    {
        DrawsTransform fitted = (DrawsTransform)Options.Open(Request).Transform;
        JsonObject json = (JsonObject)JsonNode.Parse(fitted.ToJson().ToJsonString())!;
        DrawsTransform restored = (DrawsTransform)Options.Restore(json, "It");
        Assert.Equal(fitted.Means, restored.Means);
        Assert.Equal(fitted.Deviations, restored.Deviations);
        Assert.Equal(("spirals", ", standardised"), (restored.Source, restored.Note));
    }

    [Theory]
    [InlineData("""{"source":"spirals","means":[0],"deviations":[1,1]}""")]
    [InlineData("""{"source":"spirals","means":[0,0],"deviations":[1,0]}""")]
    [InlineData("""{"source":"spirals","means":[0,0]}""")]
    [InlineData("""{"source":"nowhere","means":[0,0],"deviations":[1,1]}""")]
    public void One_that_is_not_valid_is_refused(string json) =>
        Assert.Throws<InvalidInputException>(() => Options.Restore((JsonObject)JsonNode.Parse(json)!, "It"));

    [Fact]
    public void States_are_written_in_the_units_of_the_source_and_read_back()
    {
        DataSets data = Options.Open(Request);
        string folder = Directory.CreateTempSubdirectory().FullName, file = Path.Combine(folder, "states.npy");
        try
        {
            float[] states = new float[2 * data.Test.Count];
            for (int i = 0; i < data.Test.Count; i++)
                data.Test.Read(i, states.AsSpan(2 * i, 2));
            data.Transform.Write(file, states, data.Test.Count);
            StateSet read = data.Transform.Open(file, Request);
            float[] state = new float[2];
            for (int i = 0; i < read.Count; i++)
            {
                read.Read(i, state);
                Assert.Equal(states[2 * i], state[0], 1e-5);
                Assert.Equal(states[2 * i + 1], state[1], 1e-5);
            }
            string csv = Path.Combine(folder, "states.csv");
            data.Transform.Write(csv, states, 1);
            float[] raw = NpyFile.Read(file).Floats!;
            Assert.Equal(FormattableString.Invariant($"x0,x1\n{raw[0]:R},{raw[1]:R}\n"), File.ReadAllText(csv));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void Names_of_energies_give_their_test_draws()
    {
        DataSets data = (Options with { TestCount = 2000 }).Open(Request);
        StateSet opened = data.Transform.Open("spirals", Request);
        float[] expected = new float[2], state = new float[2];
        data.Test.Read(7, expected);
        opened.Read(7, state);
        Assert.Equal(expected, state);
        Assert.NotEqual(0, data.Transform.OpenSets("rings", 0, Request).Train.Count);
    }

    [Fact]
    public void Files_of_another_form_are_refused()
    {
        DataTransform transform = Options.Open(Request).Transform;
        string folder = Directory.CreateTempSubdirectory().FullName, file = Path.Combine(folder, "x.npy");
        try
        {
            NpyFile.Write(file, [2, 3], new float[6]);
            Assert.Contains("3 numbers", Error(file), StringComparison.Ordinal);
            NpyFile.Write(file, [4], new float[4]);
            Assert.Contains("(4,)", Error(file), StringComparison.Ordinal);
            NpyFile.Write(file, [2, 2], (float[])[0, 0, float.NaN, 0]);
            Assert.Contains("point 1", Error(file), StringComparison.Ordinal);
            Assert.Contains("There is no file", Error("nowhere.npy"), StringComparison.Ordinal);
            Assert.Contains("10 numbers", Assert.Throws<InvalidInputException>(
                () => transform.OpenSets("funnel", 0, Request)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }

        string Error(string source) => Assert.Throws<InvalidInputException>(() => transform.Open(source, Request)).Message;
    }
}
