namespace Joule.States;

/// <summary>
/// The numbers of a state that belong to one column of the raw input: a number, or one number per level of which exactly one is 1.
/// </summary>
/// <param name="First">Index of its first number.</param>
/// <param name="Width">Number of its numbers, at least 1.</param>
/// <param name="Levels">Number of known levels, whose numbers come first; 0: a column of numbers, whose value comes first.</param>
/// <param name="Name">The column's name.</param>
public readonly record struct StateColumn(int First, int Width, int Levels, string Name)
{
    /// <summary>Whether it holds levels.</summary>
    public bool IsLevels => Levels > 0;

    /// <summary>One column of one number for every number of a state.</summary>
    /// <param name="space">The layout of the states.</param>
    public static IReadOnlyList<StateColumn> Single(StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return [.. Enumerable.Range(0, space.Width).Select(i => new StateColumn(i, 1, 0, $"x{i}"))];
    }

    /// <summary>Writes a level; all other numbers of the column become 0.</summary>
    /// <param name="state">The whole state.</param>
    /// <param name="level">The level, below <see cref="Levels"/>.</param>
    public void SetLevel(Span<float> state, int level)
    {
        state.Slice(First, Width).Clear();
        state[First + level] = 1;
    }

    /// <summary>Writes a number; all other numbers of the column, such as that for a missing value, become 0.</summary>
    /// <param name="state">The whole state.</param>
    /// <param name="number">The number, in units of the state.</param>
    public void SetNumber(Span<float> state, float number)
    {
        state.Slice(First, Width).Clear();
        state[First] = number;
    }

    /// <summary>The index of the largest of the column's numbers; at or above <see cref="Levels"/>: none of the known levels.</summary>
    /// <param name="state">The whole state.</param>
    public int LevelOf(ReadOnlySpan<float> state)
    {
        ReadOnlySpan<float> numbers = state.Slice(First, Width);
        int best = 0;
        for (int i = 1; i < numbers.Length; i++)
        {
            if (numbers[i] > numbers[best])
                best = i;
        }
        return best;
    }
}
