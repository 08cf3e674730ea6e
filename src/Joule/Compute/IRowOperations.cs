namespace Joule.Compute;

/// <summary>
/// The operations on rows that every device has, besides copies: what a training update needs around the passes of its network. All rows
/// lie in the device's memory. Draws have the bits of a processor; sums may be taken in another order.
/// </summary>
public interface IRowOperations
{
    /// <summary>The device, for copies (<see cref="Device.Write"/>, <see cref="Device.Copy"/> and the others).</summary>
    Device Device { get; }

    /// <summary>Copies chosen rows together: row i of <paramref name="to"/> is row which[i] of <paramref name="from"/>.</summary>
    /// <param name="from">The rows to choose from.</param>
    /// <param name="which">The indices of the rows, one per row of <paramref name="to"/>.</param>
    /// <param name="to">Receives the rows, of the same width.</param>
    void Gather(Rows from, ReadOnlySpan<int> which, Rows to);

    /// <summary>Copies rows apart: row which[i] of <paramref name="to"/> is row i of <paramref name="from"/>.</summary>
    /// <param name="from">The rows, one per index.</param>
    /// <param name="to">Receives them, of the same width; its other rows stay.</param>
    /// <param name="which">Distinct indices of rows.</param>
    void Scatter(Rows from, Rows to, ReadOnlySpan<int> which);

    /// <summary>Writes chosen rows in order on the calling thread, for numbers that the host draws.</summary>
    /// <param name="to">Receives the rows; its other rows stay.</param>
    /// <param name="which">Distinct indices of rows.</param>
    /// <param name="write">Called with each index's place in <paramref name="which"/>; writes all numbers of that row.</param>
    void Fill(Rows to, ReadOnlySpan<int> which, RowWriter write);

    /// <summary>x ← clamp(x + σ·ξ); row i takes the draws of chain <paramref name="firstChain"/> + i.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="noiseScale">σ, in units of the state; above 0.</param>
    /// <param name="low">The lower wall; negative infinity: none.</param>
    /// <param name="high">The upper wall; positive infinity: none.</param>
    /// <param name="noise">The draws.</param>
    /// <param name="firstChain">The chain of the first row.</param>
    void AddNoise(Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain);

    /// <summary>
    /// n ← σᵢ·ξ and y ← x + n, with a deviation of its own for each row i, which takes the draws of chain i. At walls y is mirrored until
    /// it lies between them, and n changes its sign if y was mirrored an odd number of times. Only a y of more than 10¹⁵ times the width of
    /// its walls may come to another place on another device.
    /// </summary>
    /// <param name="x">The rows.</param>
    /// <param name="deviations">σᵢ, one per row, in units of the state.</param>
    /// <param name="noise">The draws.</param>
    /// <param name="low">The lower wall of each column, negative infinity: none; empty: there are no walls.</param>
    /// <param name="high">The upper wall of each column, positive infinity: none; empty: there are no walls.</param>
    /// <param name="noisy">Receives y.</param>
    /// <param name="added">Receives n.</param>
    void Blur(Rows x, ReadOnlySpan<float> deviations, in RandomStream noise, ReadOnlySpan<float> low, ReadOnlySpan<float> high,
        Rows noisy, Rows added);

    /// <summary>
    /// With r = s·g − z for each of n rows of D numbers: the loss w·Σ r²/(2D), and z ← w·s/(D·n)·r, the direction of its gradient.
    /// </summary>
    /// <param name="gradients">g.</param>
    /// <param name="targets">z, which becomes the directions.</param>
    /// <param name="scales">s and w of each row: rows of width 2.</param>
    /// <param name="losses">Receives the losses, as float64: rows of width 2.</param>
    void CompareWithTargets(Rows gradients, Rows targets, Rows scales, Rows losses);

    /// <summary>Moves each number to the nearest one between the walls of its column. NaN stays NaN.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="low">The lower wall of each column; negative infinity: none.</param>
    /// <param name="high">The upper wall of each column; positive infinity: none.</param>
    void Clamp(Rows x, ReadOnlySpan<float> low, ReadOnlySpan<float> high);

    /// <summary>Σ (a − b)² of pairs of rows: row i·apart of one with row i·apart of the other.</summary>
    /// <param name="left">The first of each pair.</param>
    /// <param name="right">The second, of the same width.</param>
    /// <param name="apart">Rows from one pair to the next.</param>
    /// <param name="distances">Receives one float64 per pair; its number of rows is that of pairs.</param>
    void SquaredDistances(Rows left, Rows right, int apart, Rows distances);

    /// <summary>Counts the numbers of each row of at most <paramref name="low"/>, and those of at least <paramref name="high"/>.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="low">The lower wall.</param>
    /// <param name="high">The upper wall.</param>
    /// <param name="counts">Receives both counts of each row, as float64: rows of width 4, one for each.</param>
    void CountAtWalls(Rows x, float low, float high, Rows counts);

    /// <summary>Σ x² of each chunk of some numbers.</summary>
    /// <param name="x">The numbers, as one row.</param>
    /// <param name="chunk">Numbers of a chunk; the last one may be shorter.</param>
    /// <param name="sums">Receives one float64 per chunk: rows of width 2.</param>
    void SquaredNorms(Rows x, int chunk, Rows sums);

    /// <summary>One step of Adam, which zeroes the gradient.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="mean">The mean of gradients.</param>
    /// <param name="square">The mean of their squares.</param>
    /// <param name="c">The coefficients.</param>
    void Adam(Rows parameters, Rows gradient, Rows mean, Rows square, in AdamCoefficients c);

    /// <summary>One step of gradient descent with momentum, which zeroes the gradient: v ← μv + s·g, θ ← (1 − λ)θ − ηv.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradient">g.</param>
    /// <param name="velocity">v.</param>
    /// <param name="rate">η.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="gradientScale">s, the factor of norm clipping.</param>
    /// <param name="decay">λ, the weight decay times η.</param>
    void Momentum(Rows parameters, Rows gradient, Rows velocity, float rate, float momentum, float gradientScale, float decay);

    /// <summary>One step of RMSProp, which zeroes the gradient: q ← ρq + (1 − ρ)(s·g)², θ ← (1 − λ)θ − η s·g / (√q + ε).</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradient">g.</param>
    /// <param name="square">q, the mean of squares.</param>
    /// <param name="rate">η.</param>
    /// <param name="smoothing">ρ.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="gradientScale">s, the factor of norm clipping.</param>
    /// <param name="decay">λ, the weight decay times η.</param>
    void RmsProp(
        Rows parameters, Rows gradient, Rows square, float rate, float smoothing, float epsilon, float gradientScale, float decay);

    /// <summary>average ← average + (1 − decay)·(x − average).</summary>
    /// <param name="average">The moving average.</param>
    /// <param name="x">The numbers, as many.</param>
    /// <param name="decay">The decay.</param>
    void MovingAverage(Rows average, Rows x, float decay);
}
