using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>
/// One update of an objective on a <see cref="TinyEnergy"/> of three inputs. Its gradient is compared with central differences of a loss in
/// float64 that the test writes down from the paper.
/// </summary>
internal sealed class ScoreUpdate : IDisposable
{
    public const int Batch = 6, Number = 3;

    public const ulong Seed = 5;

    public static StateSpace Real { get; } = StateSpace.Real(Shape.Vector(3));

    private readonly Device _device = Device.Cpu(2);

    public ScoreUpdate(ObjectiveOptions options, StateSpace? space = null, long planned = 0)
    {
        Energy = new TinyEnergy(_device, space ?? Real, 4);
        Energy.Initialize(8);
        using Objective objective = options.Create(
            new ObjectiveContext(_device, Energy, Batch, Seed) { PlannedUpdates = planned });
        using ITrainingPass pass = objective.CreatePass(Energy);
        Rows data = objective.DataRows(Batch);
        Data = [.. Enumerable.Range(0, Batch).Select(i => State(i, Energy.Space))];
        TestProgram write = new(Batch, (i, _) => Data[i].CopyTo(data[i]));
        if (!objective.LaunchesData)
            _device.Launch(write);
        double[] figures = new double[objective.Figures.Count];
        objective.Accumulate(new TrainingUpdate(Number, pass, write, CancellationToken.None), data, figures);
        Loss = figures[objective.Figures.IndexOf(FigureRole.Loss)];
        Figures = figures;
        Gradient = TestRows.Doubles(pass.ParameterGradient.Span);
    }

    public TinyEnergy Energy { get; }

    public float[][] Data { get; }

    public double Loss { get; }

    public double[] Figures { get; }

    public double[] Gradient { get; }

    /// <summary>Checks loss and gradient against those of a function of the parameters.</summary>
    public void Check(Func<double[], double> loss, double tolerance = 1e-3)
    {
        double[] theta = Energy.Theta, expected = TinyEnergy.Differences(loss, theta, 1e-4);
        double scale = Math.Sqrt(expected.Sum(g => g * g));
        Assert.True(scale > 1e-3, "a gradient near 0 shows nothing");
        Assert.Equal(loss(theta), Loss, tolerance * Math.Max(1, Math.Abs(Loss)));
        double off = Math.Sqrt(expected.Zip(Gradient, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(off < tolerance * scale, $"the gradient is off by {off / scale:G3} of its length");
    }

    public void Dispose()
    {
        Energy.Dispose();
        _device.Dispose();
    }

    private static float[] State(int i, StateSpace space)
    {
        float[] state = [0.4f * MathF.Sin(i), 0.9f * MathF.Cos(2 * i), 0.3f * i - 0.7f];
        space.Clamp(state);
        return state;
    }
}
