using Joule.Cli.Plots;
using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Joule.States;

namespace Joule.Cli.Tests.Plots;

/// <summary>Chains in closed form.</summary>
internal static class MadeUpChains
{
    /// <summary>Independent normal draws of mean 0 and deviation 1 on a Gaussian energy.</summary>
    public static DrawnChains Normal(int chains, int draws, int width) =>
        Of(chains, draws, new GaussianOptions { Dimensions = width }.Create(), Independent);

    /// <summary>A draw of <see cref="Normal"/>.</summary>
    public static float Independent(int chain, int draw, int number)
    {
        float[] pair = new float[2];
        new RandomStream(1, RandomPurpose.User, (ulong)number).FillNormal(pair, (uint)(chain * 100_000 + draw));
        return pair[0];
    }

    /// <summary>Chains of given draws.</summary>
    /// <param name="chains">The number of chains.</param>
    /// <param name="draws">The number of draws of each.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="value">A number of a draw: its arguments are the chain, the draw and the number.</param>
    public static DrawnChains Of(int chains, int draws, Energy energy, Func<int, int, int, float> value)
    {
        int width = energy.Space.Width;
        DrawRecorder recorder = new(chains, draws, width);
        using Device device = Device.Cpu(1);
        using DeviceBuffer states = device.Allocate((long)chains * width);
        Rows rows = states.AsRows(chains, width);
        for (int draw = 0; draw < draws; draw++)
        {
            int current = draw;
            device.Write(rows, (chain, state) =>
            {
                for (int i = 0; i < width; i++)
                    state[i] = value(chain, current, i);
            });
            recorder.Observe(new ChainReport
            {
                Device = device,
                States = rows,
                Step = draw,
                IsWarmUp = false,
                IsSample = true,
                Energies = new float[chains],
                SquaredNorms = new float[chains],
                Proposals = default,
            });
        }
        ParameterSummary[] summaries =
            [.. Enumerable.Range(0, width).Select(i => ParameterSummary.Of($"x{i}", recorder.Draws(i)))];
        return new DrawnChains("made up", summaries, recorder, energy);
    }

    /// <summary>An energy of a formula over the plane or a box of it.</summary>
    public sealed class Plane(Func<float, float, float> energy, float low = float.NegativeInfinity, float high = float.PositiveInfinity)
        : StateEnergy
    {
        public override StateSpace Space { get; } = float.IsFinite(low) ? StateSpace.Box(Shape.Vector(2), low, high)
            : StateSpace.Real(Shape.Vector(2));

        protected override float Evaluate(ReadOnlySpan<float> state) => energy(state[0], state[1]);

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient) => throw new NotSupportedException();
    }
}
