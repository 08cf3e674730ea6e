using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class DensityDivergenceTests
{
    private static readonly DataRequest Request = new(1, _ => { });

    [Theory]
    [InlineData("two_moons")]
    [InlineData("eight_gaussians")]
    [InlineData("checkerboard")]
    [InlineData("spirals")]
    public void A_model_that_is_the_truth_has_none(string name)
    {
        using Device device = Device.Cpu(2);
        DataSets data = Open(name, standardize: false);
        DensityDivergence found = Compare(device, DrawnEnergies.Create(name), data);
        Assert.Equal(0, found.Nats, 1e-9);
        // All of them are normalised; their tails beyond the rectangle hold less than 10⁻³.
        Assert.Equal(0, found.LogPartition, 1e-3);
    }

    // KL(N(0, 1)‖N(m, s²)) = ln s + (1 + m²)/(2s²) − ½ for each number.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 1)]
    [InlineData(0, 2)]
    [InlineData(-1, 8)] // the rectangle grows until it holds this one
    [InlineData(0.2, 0.7)]
    public void Between_two_normal_distributions_it_is_the_closed_form(float mean, float deviation)
    {
        using Device device = Device.Cpu(2);
        DataSets data = Open("gaussian", standardize: false);
        GaussianEnergy model = new([mean, 0], [deviation, deviation]);
        DensityDivergence found = Compare(device, model, data);
        double s = deviation, expected = 2 * Math.Log(s) + (2 + mean * mean) / (2 * s * s) - 1;
        Assert.Equal(expected, found.Nats, 1e-3);
        Assert.Equal(model.LogPartition, found.LogPartition, 1e-3);
        Assert.InRange(found.Error, 0, DensityDivergence.Tolerance);
        Assert.InRange(found.Edge, 0, 1e-4);
    }

    // A banana is a bent normal distribution, and bending keeps volumes: its entropy is that of N(0, 100) × N(0, 1). Against a standard
    // normal model of the standardised states z, KL = ½E|z|² + ln 2π − H(z), and E|z|² follows from the exact moments.
    [Fact]
    public void It_is_that_of_the_standardised_states()
    {
        using Device device = Device.Cpu(2);
        DataSets data = Open("banana", standardize: true);
        DrawsTransform transform = (DrawsTransform)data.Transform;
        IKnown truth = (IKnown)transform.Truth;
        double squares = 0, logs = 0;
        for (int i = 0; i < 2; i++)
        {
            double s = transform.Deviations[i], shift = truth.Mean(i)!.Value - transform.Means[i];
            squares += (truth.Covariance(i, i)!.Value + shift * shift) / (s * s);
            logs += Math.Log(s);
        }
        double entropy = Math.Log(2 * Math.PI * Math.E) + Math.Log(10) - logs;
        DensityDivergence found = Compare(device, new GaussianEnergy([0, 0], [1, 1]), data);
        Assert.Equal(squares / 2 + Math.Log(2 * Math.PI) - entropy, found.Nats, 0.01);
    }

    [Fact]
    public void A_model_without_an_edge_says_so()
    {
        using Device device = Device.Cpu(1);
        DataSets data = Open("gaussian", standardize: false);
        DensityDivergence found = Compare(device, new GaussianEnergy([0, 0], [1e6f, 1e6f]), data);
        // A flat density has 1 − (14/16)² of its mass in the frame.
        Assert.Equal(1 - 0.875 * 0.875, found.Edge, 0.01);
    }

    [Fact]
    public void Other_states_and_energies_that_are_not_finite_are_refused()
    {
        using Device device = Device.Cpu(1);
        DataSets data = Open("gaussian", standardize: false), funnel = Open("funnel", standardize: false);
        Assert.True(DensityDivergence.Fits(data.Transform));
        Assert.False(DensityDivergence.Fits(funnel.Transform));
        Assert.Throws<InvalidInputException>(() => Compare(device, DrawnEnergies.Create("funnel"), funnel));
        Assert.Throws<InvalidInputException>(() => Compare(device, new BrokenEnergy(data.Transform.Space), data));
    }

    private static DensityDivergence Compare(Device device, Energy model, DataSets data) => DensityDivergence.Of(
        device, model, (DrawsTransform)data.Transform, data.Train, cancellation: TestContext.Current.CancellationToken);

    private static DataSets Open(string name, bool standardize) =>
        new DrawsDataOptions { Source = name, Count = 5000, TestCount = 10, Standardize = standardize }.Open(Request);

    private sealed class BrokenEnergy(StateSpace space) : Energy
    {
        public override StateSpace Space => space;

        public override void Evaluate(Rows states, Rows energies) => energies.Span[..states.Count].Fill(float.NaN);
    }
}
