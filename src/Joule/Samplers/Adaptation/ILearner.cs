namespace Joule.Samplers;

/// <summary>
/// Options of a sampler that learn from what its chains kept, for example the temperatures of a ladder from how often replicas were
/// exchanged. A <see cref="WarmUp"/> lets them learn where a window ends.
/// </summary>
public interface ILearner
{
    /// <summary>How many numbers are learned.</summary>
    /// <param name="width">Numbers of a state.</param>
    int LearnedCount(int width);

    /// <summary>Writes the numbers that the chains teach.</summary>
    /// <param name="memory">What the chains kept while they ran with these options; its tallies are those since the last lesson.</param>
    /// <param name="learned">Receives <see cref="LearnedCount"/> numbers.</param>
    void Learn(ChainMemory memory, Span<double> learned);

    /// <summary>The same options with numbers that were learned.</summary>
    /// <param name="learned">As <see cref="Learn"/> wrote them.</param>
    SamplerOptions WithLearned(IReadOnlyList<double> learned);
}
