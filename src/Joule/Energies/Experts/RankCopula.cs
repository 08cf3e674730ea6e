namespace Joule.Energies;

/// <summary>
/// How two columns depend on each other: c(u, v) = p(x, y)/(p(x)·p(y)) of their Gaussian ranks u and v, bilinear between the centres of
/// 64×64 bins. It comes from a histogram that a Gaussian of deviation ½ smooths.
/// </summary>
internal static class RankCopula
{
    /// <summary>Bins of a rank.</summary>
    public const int Bins = 64;

    /// <summary>Floats of a copula.</summary>
    public const int Length = Bins * Bins;

    private const double Low = -4;
    private const double Width = 0.125;
    private const double Floor = 1e-5;
    private const int Rounds = 100;

    private static readonly double[] s_weights = Smoothing.Weights(0.5 / Width);

    // A row's own share of the bin that it lies in, for one rank.
    private static double Own => s_weights[s_weights.Length / 2];

    /// <summary>The bin of a rank.</summary>
    public static byte Bin(double rank) => (byte)Math.Clamp((int)((rank - Low) / Width), 0, Bins - 1);

    /// <summary>The first of the two bins whose centres lie around a rank, and the share of the second.</summary>
    public static (int Bin, double Share) Place(double rank)
    {
        double place = (rank - Low) / Width - 0.5;
        // Beyond the outer centres it is constant.
        if (!(place > 0))
            return (0, 0);
        return place >= Bins - 1 ? (Bins - 2, 1) : ((int)place, place - (int)place);
    }

    /// <summary>The slope of the share in the rank.</summary>
    public static double SlopeOf(double rank) => (rank - Low) / Width - 0.5 is > 0 and < Bins - 1 ? 1 / Width : 0;

    /// <summary>The smoothed histogram of a rank.</summary>
    public static double[] One(byte[] bins)
    {
        double[] counts = new double[Bins], smooth = new double[Bins];
        foreach (byte bin in bins)
            counts[bin] += 1.0 / bins.Length;
        Smoothing.Add(counts, smooth, s_weights, 0, 1, Bins);
        return smooth;
    }

    /// <summary>The smoothed histogram of two ranks.</summary>
    public static double[] Two(byte[] first, byte[] second)
    {
        double[] counts = new double[Length], across = new double[Length], smooth = new double[Length];
        for (int i = 0; i < first.Length; i++)
            counts[first[i] * Bins + second[i]] += 1.0 / first.Length;
        for (int row = 0; row < Bins; row++)
            Smoothing.Add(counts, across, s_weights, row * Bins, 1, Bins);
        for (int column = 0; column < Bins; column++)
            Smoothing.Add(across, smooth, s_weights, column, Bins, Bins);
        return smooth;
    }

    /// <summary>ln c in one bin.</summary>
    public static double Log(double both, double first, double second) => Math.Log((both + Floor) / (first * second + Floor));

    /// <summary>ln c in a row's bins, as if the row, one of n, had been left out.</summary>
    public static double LogWithout(double both, double first, double second, int n)
    {
        double factor = n / (n - 1.0);
        return Log(Left(both, Own * Own), Left(first, Own), Left(second, Own));

        double Left(double mass, double own) => Math.Max(0, mass - own / n) * factor;
    }

    /// <summary>
    /// c at the centres, scaled so that ∫ p(x)·c dx = 1 for every v and the other way round (Sinkhorn's iteration): then the tree is a
    /// normalised density.
    /// </summary>
    /// <param name="both">The smoothed histogram of both.</param>
    /// <param name="first">That of the first rank alone.</param>
    /// <param name="second">That of the second.</param>
    /// <param name="firstMasses">∫ p(x)·φ dx for the hat function φ of each centre.</param>
    /// <param name="secondMasses">The same for the second column.</param>
    /// <param name="copula">Receives c.</param>
    public static void Balance(double[] both, double[] first, double[] second, double[] firstMasses, double[] secondMasses,
        Span<float> copula)
    {
        double[] plain = new double[Length], left = new double[Bins], right = new double[Bins];
        for (int i = 0; i < Length; i++)
            plain[i] = Math.Exp(Log(both[i], first[i / Bins], second[i % Bins]));
        right.AsSpan().Fill(1);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Bins; i++)
            {
                double sum = 0;
                for (int j = 0; j < Bins; j++)
                    sum += plain[i * Bins + j] * right[j] * secondMasses[j];
                left[i] = 1 / sum;
            }
            for (int j = 0; j < Bins; j++)
            {
                double sum = 0;
                for (int i = 0; i < Bins; i++)
                    sum += plain[i * Bins + j] * left[i] * firstMasses[i];
                right[j] = 1 / sum;
            }
        }
        for (int i = 0; i < Length; i++)
            copula[i] = (float)(plain[i] * left[i / Bins] * right[i % Bins]);
    }
}
