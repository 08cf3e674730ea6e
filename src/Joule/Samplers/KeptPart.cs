namespace Joule.Samplers;

/// <summary>
/// Something that a chain keeps between two steps beside its state, for example a momentum. It belongs to checkpoints, as the state does.
/// </summary>
/// <param name="Name">What it is, for example <c>momentum</c>; one name for one part of a sampler.</param>
/// <param name="Width">How many floats a chain keeps of it.</param>
public sealed record KeptPart(string Name, int Width)
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
