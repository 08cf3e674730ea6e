using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class ValidatorTests
{
    private static readonly StateSpace Space = StateSpace.Box(Shape.Vector(1), 0, 1);

    [Fact]
    public void Means_and_deviations_are_exact_over_several_chunks()
    {
        using Device device = Device.Cpu(2);
        // 1,100 states with energies 0 and 2 in turn; 512 go through at once.
        ArrayStates data = new("data", Space, [.. Enumerable.Range(0, 1100).Select(i => (float[])[2 * (i % 2)])]);
        using Validator validator = new(device, data, 1);
        ValidationFigures figures = validator.Run(new FirstNumber(), 1, 1, TestContext.Current.CancellationToken);
        Assert.Equal((1.0, 1.0, 1100), (figures.DataEnergy, figures.DataSpread, figures.Count));
        // Uniform noise on [0, 1): five standard errors of the mean, √(1/12/1100).
        Assert.Equal(0.5, figures.NoiseEnergy, 5 * Math.Sqrt(1 / 12.0 / 1100));
        Assert.Equal(Math.Sqrt(1 / 12.0), figures.NoiseSpread, 0.03);
    }

    [Fact]
    public void The_noise_depends_on_seed_and_epoch_alone()
    {
        double first = Noise(seed: 1, epoch: 1);
        Assert.Equal(first, Noise(seed: 1, epoch: 1));
        Assert.Equal(3, new[] { first, Noise(seed: 2, epoch: 1), Noise(seed: 1, epoch: 2) }.Distinct().Count());
    }

    [Fact]
    public void An_energy_that_is_not_finite_is_named_with_update_and_row()
    {
        using Device device = Device.Cpu(1);
        ArrayStates data = new("data", Space, [.. Enumerable.Range(0, 700).Select(i => (float[])[i == 600 ? float.NaN : 0])]);
        using Validator validator = new(device, data, 1);
        DivergenceException e = Assert.Throws<DivergenceException>(
            () => validator.Run(new FirstNumber(), 1, 42, TestContext.Current.CancellationToken));
        Assert.Equal((42, 600), (e.Step, e.Chain));
    }

    private static double Noise(ulong seed, int epoch)
    {
        using Device device = Device.Cpu(1);
        using Validator validator = new(device, new ArrayStates("data", Space, [[0], [1], [0]]), seed);
        return validator.Run(new FirstNumber(), epoch, 1, TestContext.Current.CancellationToken).NoiseEnergy;
    }

    private sealed class FirstNumber : StateEnergy
    {
        public override StateSpace Space => ValidatorTests.Space;

        protected override float Evaluate(ReadOnlySpan<float> state) => state[0];

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient[0] = 1;
            return state[0];
        }
    }
}
