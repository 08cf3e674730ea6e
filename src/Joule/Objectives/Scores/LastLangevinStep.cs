using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// The last step of the chains of <see cref="ImprovedContrastiveDivergence"/>, and the directions along which its derivative is taken. Its
/// programs run in the order <see cref="Start"/>, a pass that writes <see cref="Gradient"/>, <see cref="Step"/>, <see cref="Direct"/>.
/// </summary>
internal sealed class LastLangevinStep : IDisposable
{
    private readonly ObjectiveContext _context;
    private readonly IDifferentiable _energy;
    private readonly DeviceBuffer _states, _numbers, _logs;
    private readonly double[] _logOfRow;
    private readonly double _klWeight, _entropyWeight;
    private LangevinOptions _sampler = new();
    private RandomStream _noise;
    private Rows _negatives;

    /// <summary>Allocates memory for a batch.</summary>
    public LastLangevinStep(ObjectiveContext context, ImprovedContrastiveDivergenceOptions options)
    {
        _context = context;
        _energy = context.Energy.Require<IDifferentiable>("Improved contrastive divergence");
        (_klWeight, _entropyWeight) = (options.KlWeight, options.EntropyWeight);
        _states = context.Device.Allocate(3L * context.Batch * context.Energy.Space.Width);
        _numbers = context.Device.Allocate(2L * context.Batch);
        _logs = context.Device.Allocate(2L * context.Batch);
        _logOfRow = new double[context.Batch];
        Start = new StartProgram(this);
        Step = new MoveProgram(this);
        Direct = new DirectionProgram(this);
    }

    /// <summary>Copies the chains to <see cref="Before"/>, and adds the noise if it comes first.</summary>
    public DeviceProgram Start { get; }

    /// <summary>Makes the step, which writes the negatives, and takes the gradient at its end.</summary>
    public DeviceProgram Step { get; }

    /// <summary>Writes <see cref="Directions"/>.</summary>
    public DeviceProgram Direct { get; }

    /// <summary>x′: where the gradient of the step is taken.</summary>
    public Rows Before => Block(0);

    /// <summary>∇E(x′).</summary>
    public Rows Gradient => Block(1);

    /// <summary>−η·w/n·u, where x depends on the parameters, and 0 elsewhere.</summary>
    public Rows Directions => Block(2);

    /// <summary>Sets the next step.</summary>
    /// <param name="sampler">The step.</param>
    /// <param name="noise">Its draws.</param>
    /// <param name="negatives">The chains before it; receives those after it.</param>
    public void Prepare(LangevinOptions sampler, RandomStream noise, Rows negatives) =>
        (_sampler, _noise, _negatives) = (sampler, noise, negatives);

    /// <summary>The mean over the negatives of ln r; NaN with a single one.</summary>
    public double ReadMeanLogNearest()
    {
        Span<double> logs = _logOfRow.AsSpan(0, _negatives.Count);
        _context.Device.DownloadDoubles(_logs.AsRows(_context.Batch, 2).Slice(0, logs.Length), logs);
        double sum = 0;
        foreach (double log in logs)
            sum += log;
        return logs.Length > 1 ? sum / logs.Length : double.NaN;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _states.Dispose();
        _numbers.Dispose();
        _logs.Dispose();
    }

    private Rows Block(int block) => _states.AsRows(3 * _context.Batch, _context.Energy.Space.Width)
        .Slice(block * _context.Batch, _negatives.Count);

    private sealed class StartProgram(LastLangevinStep step) : DeviceProgram
    {
        public override string Name => "chains before their last step";

        public override int Count => step._negatives.Count;

        public override int BlockRows => 16;

        protected override void Run(int start, int count, int lane)
        {
            Rows before = step.Before.Slice(start, count);
            step._negatives.Slice(start, count).Span.CopyTo(before.Span);
            float sigma = step._sampler.NoiseDeviation();
            if (step._sampler.NoiseFirst && sigma > 0)
            {
                StateSpace space = step._context.Energy.Space;
                Kernels.AddNoise(before, sigma, space.Low, space.High, step._noise, (uint)start);
            }
        }
    }

    private sealed class MoveProgram(LastLangevinStep step) : DeviceProgram
    {
        public override string Name => "the last step of the chains";

        public override int Count => step._negatives.Count;

        public override int BlockRows => step._energy.BlockRows;

        protected override void Run(int start, int count, int lane)
        {
            StateSpace space = step._context.Energy.Space;
            Rows negatives = step._negatives.Slice(start, count);
            Rows numbers = step._numbers.AsRows(2 * step._context.Batch, 1);
            step.Before.Slice(start, count).Span.CopyTo(negatives.Span);
            LangevinCoefficients coefficients = new(step._sampler.StepSize, step._sampler.NoiseFirst ? 0 : step._sampler.NoiseDeviation(),
                step._sampler.GradientClip ?? float.PositiveInfinity, space.Low, space.High);
            Kernels.LangevinUpdate(negatives, step.Gradient.Slice(start, count), coefficients, step._noise, (uint)start,
                numbers.Slice(step._context.Batch + start, count));
            step._energy.Gradient(negatives, numbers.Slice(start, count), step.Directions.Slice(start, count));
        }
    }

    private sealed class DirectionProgram(LastLangevinStep step) : DeviceProgram
    {
        public override string Name => "the directions of the last step";

        public override int Count => step._negatives.Count;

        public override int BlockRows => 4;

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
                step._logs.AsRows(step._context.Batch, 2).Slice(i, 1).Doubles[0] = Direction(i);
        }

        private double Direction(int row)
        {
            ReadOnlySpan<float> state = step._negatives[row], gradient = step.Gradient[row];
            Span<float> direction = step.Directions[row];
            (int other, double square) = Nearest(row);
            float pull = other >= 0 && square > 0 ? (float)(step._entropyWeight / square) : 0;
            ReadOnlySpan<float> neighbour = step._negatives[Math.Max(0, other)];
            float factor = (float)(-step._sampler.StepSize * step._klWeight / Count);
            float clip = step._sampler.GradientClip ?? float.PositiveInfinity;
            StateSpace space = step._context.Energy.Space;
            for (int j = 0; j < direction.Length; j++)
            {
                bool depends = Math.Abs(gradient[j]) < clip && state[j] > space.Low && state[j] < space.High;
                direction[j] = depends ? factor * (direction[j] - pull * (state[j] - neighbour[j])) : 0;
            }
            return other >= 0 ? Math.Log(Math.Sqrt(square)) : 0;
        }

        // The nearest other negative and its squared distance; −1 without one. Two equal negatives have distance 0 and do not repel.
        private (int Row, double Square) Nearest(int row)
        {
            (int nearest, double least) = (-1, double.PositiveInfinity);
            ReadOnlySpan<float> state = step._negatives[row];
            for (int i = 0; i < Count; i++)
            {
                if (i == row)
                    continue;
                double distance = TensorPrimitives.Distance(state, step._negatives[i]), square = distance * distance;
                if (square < least)
                    (nearest, least) = (i, square);
            }
            return (nearest, least);
        }
    }
}
