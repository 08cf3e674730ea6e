using System.Numerics;
using System.Numerics.Tensors;

namespace Joule.Evaluation;

/// <summary>
/// Autocovariances of chains, averaged over the chains: γ(t) = (1/n) Σ (xₛ − x̄)(xₛ₊ₜ − x̄), with each chain's own mean. The first lags are
/// summed one by one, since well-mixed chains need no others. The first request for a later lag computes all lags by Fourier transform.
/// </summary>
internal sealed class Autocovariances
{
    /// <summary>The number of lags that are summed directly.</summary>
    public const int DirectLags = 32;

    private readonly int _chains;
    private readonly int _draws;
    private readonly double[] _centred;
    private double[]? _all;

    /// <summary>Centres a copy of the chains.</summary>
    public Autocovariances(ChainDraws draws)
    {
        _chains = draws.Chains;
        _draws = draws.Draws;
        Means = ChainMoments.Of(draws).Means;
        _centred = new double[draws.Count];
        for (int chain = 0; chain < _chains; chain++)
            TensorPrimitives.Subtract(draws[chain], Means[chain], Chain(chain));
    }

    /// <summary>The mean of every chain.</summary>
    public double[] Means { get; }

    /// <summary>γ at a lag, from 0 to the number of draws − 1.</summary>
    public double this[int lag] => lag < DirectLags ? Sum(lag) : (_all ??= Transform())[lag];

    private Span<double> Chain(int chain) => _centred.AsSpan(chain * _draws, _draws);

    private double Sum(int lag)
    {
        double sum = 0;
        for (int chain = 0; chain < _chains; chain++)
            sum += TensorPrimitives.Dot<double>(Chain(chain)[lag..], Chain(chain)[..^lag]);
        return sum / _chains / _draws;
    }

    // The inverse transform of |X|² is the autocovariance (Wiener and Khinchin), of a chain that zeros follow so that its ends do not meet.
    // Two chains go through one transform, as real and imaginary part: the real part of what comes back is the sum of theirs.
    private double[] Transform()
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * _draws));
        FourierTransform transform = new(size);
        double[] real = new double[size], imaginary = new double[size], power = new double[size];
        for (int chain = 0; chain < _chains; chain += 2)
        {
            Array.Clear(real);
            Array.Clear(imaginary);
            Chain(chain).CopyTo(real);
            if (chain + 1 < _chains)
                Chain(chain + 1).CopyTo(imaginary);
            transform.Forward(real, imaginary);
            TensorPrimitives.MultiplyAdd<double>(real, real, power, power);
            TensorPrimitives.MultiplyAdd<double>(imaginary, imaginary, power, power);
        }
        Array.Clear(imaginary);
        transform.Inverse(power, imaginary);
        TensorPrimitives.Divide(power, (double)size * _chains * _draws, power);
        return power;
    }
}
