namespace Joule.Samplers;

/// <summary>
/// Something that a chain keeps between steps besides its state, for example a momentum. It is part of checkpoints.
/// </summary>
/// <param name="Name">Its name, for example <c>momentum</c>; unique within a sampler.</param>
/// <param name="Width">Number of floats per chain.</param>
/// <param name="IsTally">Whether it only counts what happened: it is set to zero where a warm-up ends, as acceptance is.</param>
public sealed record KeptPart(string Name, int Width, bool IsTally = false)
{
    /// <summary>Whether two samplers keep the same parts in the same order.</summary>
    internal static bool Same(IReadOnlyList<KeptPart> a, IReadOnlyList<KeptPart> b)
    {
        if (a.Count != b.Count)
            return false;
        for (int i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i])
                return false;
        }
        return true;
    }
}
