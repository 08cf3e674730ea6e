using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>One Adam update of a classifier's weights (Kingma and Ba 2015, algorithm 1), on all workers.</summary>
internal sealed class AdamProgram : DeviceProgram, IDisposable
{
    private const int Chunk = 8192;
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private readonly Rows _parameters, _gradient;
    private readonly DeviceBuffer _mean, _square;
    private AdamCoefficients _coefficients;

    /// <summary>Allocates the moments.</summary>
    /// <param name="device">The device.</param>
    /// <param name="parameters">The weights: one row.</param>
    /// <param name="gradient">Their gradient. Zeroed by an update.</param>
    public AdamProgram(Device device, Rows parameters, Rows gradient)
    {
        (_parameters, _gradient) = (parameters, gradient);
        _mean = device.Allocate(parameters.Length);
        _square = device.Allocate(parameters.Length);
    }

    public override string Name => "the update of a classifier";

    public override int Count => (_parameters.Length + Chunk - 1) / Chunk;

    /// <summary>Sets the coefficients of the next launch.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="decay">Decoupled weight decay.</param>
    public void Prepare(int update, double rate, double decay) =>
        _coefficients = AdamCoefficients.Of(update, rate, Beta1, Beta2, Epsilon, 1, decay);

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }

    protected override void Run(int start, int count, int lane) => Kernels.Adam(Part(_parameters, start), Part(_gradient, start),
        Part(_mean.AsRows(1, _mean.Length), start), Part(_square.AsRows(1, _square.Length), start), _coefficients);

    private static Rows Part(Rows all, int chunk) =>
        new(all.Buffer, all.Offset + chunk * Chunk, 1, Math.Min(Chunk, all.Length - chunk * Chunk));
}
