using Joule.Samplers;

namespace Joule.Evaluation;

/// <summary>
/// The mean, variance, standard error of the mean and R̂ of every number of the chains' states, updated online: no trajectory is stored. As
/// an observer it takes the samples of the schedule. Adding a draw allocates nothing.
/// </summary>
public sealed class StreamingMoments : IChainObserver
{
    private readonly double[] _means;
    private readonly double[] _squares;
    private readonly double[] _average;
    private readonly float[] _states;
    private readonly BatchMeans _batches;

    /// <summary>Prepares.</summary>
    /// <param name="chains">The number of chains, at least 1.</param>
    /// <param name="width">The numbers of a state, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no chains or no numbers.</exception>
    public StreamingMoments(int chains, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chains);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Chains = chains;
        Width = width;
        _means = new double[checked(chains * width)];
        _squares = new double[chains * width];
        _states = new float[chains * width];
        _average = new double[width];
        _batches = new BatchMeans(width);
    }

    /// <summary>The number of chains.</summary>
    public int Chains { get; }

    /// <summary>The numbers of a state.</summary>
    public int Width { get; }

    /// <summary>The number of draws of each chain so far.</summary>
    public long Draws { get; private set; }

    /// <summary>Adds the states if they are a sample of the schedule.</summary>
    /// <exception cref="InvalidInputException">The number of chains or the width of the states differs.</exception>
    /// <exception cref="DivergenceException">A number is not finite.</exception>
    public void Observe(in ChainReport report)
    {
        if (!report.IsSample)
            return;
        if (report.States.Count != Chains || report.States.Width != Width)
        {
            throw new InvalidInputException($"Moments were prepared for {Chains} chains of states of {Width} numbers; "
                + $"the run has {report.States.Count} of {report.States.Width}.");
        }
        report.Device.Download(report.States, _states);
        Add(_states);
    }

    /// <summary>Adds one draw of every chain.</summary>
    /// <param name="states">The chains' states, one after the other.</param>
    /// <inheritdoc cref="Observe"/>
    public void Add(ReadOnlySpan<float> states)
    {
        if (states.Length != _means.Length)
        {
            throw new InvalidInputException($"A draw of {Chains} chains of {Width} numbers has {_means.Length} numbers; "
                + $"it was given {states.Length}.");
        }
        int bad = states.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new DivergenceException("draw", Draws, bad / Width, states[bad]);
        double share = 1.0 / ++Draws;
        Array.Clear(_average);
        for (int chain = 0; chain < Chains; chain++)
        {
            int first = chain * Width;
            Span<double> means = _means.AsSpan(first, Width), squares = _squares.AsSpan(first, Width);
            ReadOnlySpan<float> state = states.Slice(first, Width);
            for (int i = 0; i < state.Length; i++)
            {
                // Welford 1962: the deviation from the mean before, times that from the mean after.
                double deviation = state[i] - means[i];
                means[i] += deviation * share;
                squares[i] += deviation * (state[i] - means[i]);
                _average[i] += state[i];
            }
        }
        _batches.Add(_average);
    }

    /// <summary>The mean of a number over all draws of all chains. NaN before the first draw.</summary>
    /// <param name="number">Which number of the state.</param>
    public double Mean(int number) => Draws == 0 ? double.NaN : ChainMoments.Of(MomentsOf(number).Means).Mean;

    /// <summary>The variance of a number over all draws of all chains, with n − 1. NaN for fewer than two draws.</summary>
    /// <param name="number">Which number of the state.</param>
    public double Variance(int number)
    {
        double squares = 0, mean = Mean(number);
        for (int i = number; i < _means.Length; i += Width)
            squares += _squares[i] + Draws * (_means[i] - mean) * (_means[i] - mean);
        return squares / ((double)Draws * Chains - 1);
    }

    /// <summary>
    /// The Monte Carlo standard error of <see cref="Mean"/>, by batch means of the average over the chains. Its own relative error is 9 to
    /// 13%, with 32 to 64 batches. It is too small for runs shorter than about 200 autocorrelation times, and for chains that disagree:
    /// check <see cref="RHat"/> too. NaN for fewer than two draws.
    /// </summary>
    /// <param name="number">Which number of the state.</param>
    public double Error(int number)
    {
        Check(number);
        return Math.Sqrt(_batches.Variance(number) / Draws) / Chains;
    }

    /// <summary>
    /// R̂ of a number from the means and variances of whole chains. It is neither split nor rank-normalised: both need stored draws. NaN
    /// for a single chain or draw, and where all draws are equal.
    /// </summary>
    /// <param name="number">Which number of the state.</param>
    public double RHat(int number) =>
        Chains < 2 || Draws < 2 ? double.NaN : Evaluation.RHat.Of(MomentsOf(number), Draws);

    /// <summary>Nested R̂ of a number: see <see cref="Evaluation.NestedRHat"/>.</summary>
    /// <param name="number">Which number of the state.</param>
    /// <param name="superchains">The number of superchains; the chains of one are consecutive.</param>
    /// <exception cref="InvalidInputException">The number of superchains is out of range, or a superchain is a single draw.</exception>
    public double NestedRHat(int number, int superchains) => Evaluation.NestedRHat.Of(MomentsOf(number), Draws, superchains);

    private ChainMoments MomentsOf(int number)
    {
        Check(number);
        double[] means = new double[Chains], variances = new double[Chains];
        for (int chain = 0; chain < Chains; chain++)
        {
            means[chain] = _means[chain * Width + number];
            variances[chain] = _squares[chain * Width + number] / (Draws - 1);
        }
        return new ChainMoments(means, variances);
    }

    private void Check(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Width);
    }
}
