using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class InpaintingTests
{
    // E = ½(x − m)²/10⁻⁴ for every number: the free half ends near m, whatever it was.
    private static readonly float[] Means = [.. Enumerable.Range(0, 12).Select(i => i / 12f)];

    [Fact]
    public void The_upper_half_stays_and_the_lower_one_is_drawn()
    {
        ImageSet images = ImageSet.FromBytes("images", 2, 3, 2, [.. Enumerable.Range(0, 36).Select(i => (byte)(5 * i))]);
        ImageStateSet set = new(images, new ImageTransform());
        Bowl energy = new(set.Space, Means);
        List<int> told = [];
        float[] Run(int threads)
        {
            using Device device = Device.Cpu(threads);
            return Inpainting.Run(device, energy, new LangevinOptions { StepSize = 2e-5f }, 100, set, [2, 0], 7, told.Add,
                TestContext.Current.CancellationToken);
        }
        float[] restored = Run(1), state = new float[12];
        Assert.Equal([1, 2], told);
        foreach ((int place, int image) in new[] { (0, 2), (1, 0) })
        {
            set.Read(image, state);
            for (int i = 0; i < 12; i++)
            {
                float value = restored[12 * place + i];
                if (i % 6 < 2) // the first of three rows, of two numbers, in both channels
                    Assert.Equal(state[i], value);
                else
                    Assert.Equal(Means[i], value, 0.08); // seven deviations of at most 0.0106
            }
        }
        Assert.Equal(restored, Run(3));
        // Every image has its own draws.
        Assert.NotEqual(restored[2] - Means[2], restored[14] - Means[2]);
    }

    private sealed class Bowl(StateSpace space, float[] means) : StateEnergy
    {
        public override StateSpace Space => space;

        protected override float Evaluate(ReadOnlySpan<float> state)
        {
            float sum = 0;
            for (int i = 0; i < state.Length; i++)
                sum += (state[i] - means[i]) * (state[i] - means[i]) / 2e-4f;
            return sum;
        }

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            for (int i = 0; i < state.Length; i++)
                gradient[i] = (state[i] - means[i]) / 1e-4f;
            return Evaluate(state);
        }
    }
}
