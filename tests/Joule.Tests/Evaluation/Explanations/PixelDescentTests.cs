using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class PixelDescentTests
{
    [Fact]
    public void Shares_of_a_sum_of_terms_are_what_each_term_loses()
    {
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new([1, 0, -1], [1, 1, 1]);
        Descent found = PixelDescent.Run(device, energy, [-2, 0, 1], new Likely(null, level: 0.5), TestContext.Current.CancellationToken);
        Assert.True(found.IsLikely);
        Assert.InRange(found.ReferenceEnergy, 0, 0.5f);
        float[] reference = found.Reference;
        // The trapezoidal rule is exact for a quadratic energy.
        double[] lost =
        [
            4.5 - 0.5 * Math.Pow(reference[0] - 1, 2), -0.5 * Math.Pow(reference[1], 2), 2 - 0.5 * Math.Pow(reference[2] + 1, 2),
        ];
        for (int i = 0; i < 3; i++)
            Assert.Equal(lost[i], found.Shares[i], 1e-4);
        Assert.Equal((double)found.Energy - found.ReferenceEnergy, found.Shares.Sum(), 1e-9);
    }

    [Fact]
    public void The_walls_of_the_space_hold_and_shares_add_up()
    {
        using Device device = Device.Cpu(1);
        RidgeEnergy energy = new();
        float[] state = [0.9f, 0.1f, 0.5f, 0.5f];
        Descent found = PixelDescent.Run(device, energy, state, new Likely(null), TestContext.Current.CancellationToken);
        Assert.All(found.Reference, x => Assert.InRange(x, 0, 1));
        // The slope of the first number is positive everywhere, and that of the last is 0.
        Assert.Equal(0, found.Reference[0]);
        Assert.Equal((state[3], 0), (found.Reference[3], found.Shares[3]));
        Assert.Equal((double)found.Energy - found.ReferenceEnergy, found.Shares.Sum(), 1e-9);
        Assert.True(found.Energy > found.ReferenceEnergy + 1);
    }

    // E = 3x + ½·sin 4xy + (y − z)² in a box; the last number has no influence.
    private sealed class RidgeEnergy : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Box(Shape.Vector(4), 0, 1);

        protected override float Evaluate(ReadOnlySpan<float> state) => 3 * state[0] + 0.5f * MathF.Sin(4 * state[0] * state[1])
            + (state[1] - state[2]) * (state[1] - state[2]);

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            float slope = 2 * MathF.Cos(4 * state[0] * state[1]), apart = 2 * (state[1] - state[2]);
            gradient[0] = 3 + slope * state[1];
            gradient[1] = slope * state[0] + apart;
            gradient[2] = -apart;
            gradient[3] = 0;
            return Evaluate(state);
        }
    }
}
