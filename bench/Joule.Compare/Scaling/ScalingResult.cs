namespace Joule.Compare.Scaling;

/// <summary>The result of one case with one number of threads.</summary>
/// <param name="Case">The case.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Milliseconds">The median time of the case.</param>
/// <param name="OneThread">The median time with one thread, in the same rounds.</param>
/// <param name="Best">The shortest median time with any number of threads.</param>
/// <param name="Blocks">The blocks that the work is cut into for so many workers.</param>
internal sealed record ScalingResult(string Case, int Threads, double Milliseconds, double OneThread, double Best, int Blocks)
{
    /// <summary>How many times faster than with one thread.</summary>
    public double Speedup => OneThread / Milliseconds;

    /// <summary>The share of the ideal speedup, which is the number of threads.</summary>
    public double Share => Speedup / Threads;

    /// <summary>The time, in units of the shortest.</summary>
    public double OfBest => Milliseconds / Best;

    /// <summary>Blocks for every worker.</summary>
    public double BlocksOfWorker => (double)Blocks / Threads;
}
