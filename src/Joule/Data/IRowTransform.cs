namespace Joule.Data;

/// <summary>
/// A <see cref="DataTransform"/> that also converts single raw rows, as a server receives them. Any number of threads may use it at once.
/// </summary>
public interface IRowTransform
{
    /// <summary>The columns that a raw row must have, in the order of <see cref="Read"/>.</summary>
    IReadOnlyList<string> RowColumns { get; }

    /// <summary>Converts one row.</summary>
    /// <param name="cells">One value for each of <see cref="RowColumns"/>.</param>
    /// <param name="state">Receives the numbers of the state.</param>
    /// <param name="acceptsUnknown">
    /// Whether levels and missing values that no training row had are accepted: a level then counts as none of the known ones, and the
    /// median replaces a number.
    /// </param>
    /// <exception cref="InvalidInputException">A value does not fit its column; the message names the column.</exception>
    void Read(ReadOnlySpan<RowCell> cells, Span<float> state, bool acceptsUnknown);

    /// <summary>
    /// Converts one row, and marks the numbers of missing values, which may then be drawn or integrated over, as
    /// <see cref="States.StateSet.ReadKnown"/> does. Missing values are accepted in all columns.
    /// </summary>
    /// <param name="cells">One value for each of <see cref="RowColumns"/>.</param>
    /// <param name="state">Receives the numbers of the state.</param>
    /// <param name="isMissing">Receives as many marks.</param>
    /// <param name="acceptsUnknown">Whether levels that no training row had are accepted.</param>
    /// <returns>Whether a value is missing.</returns>
    /// <exception cref="InvalidInputException">A value does not fit its column; the message names the column.</exception>
    bool ReadKnown(ReadOnlySpan<RowCell> cells, Span<float> state, Span<bool> isMissing, bool acceptsUnknown);
}
