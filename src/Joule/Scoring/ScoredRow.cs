namespace Joule.Scoring;

/// <summary>The score of one row of a stream, or why it has none.</summary>
/// <param name="Index">The row's index, from 0.</param>
/// <param name="Name">The row's name, or null.</param>
/// <param name="Score">Its score; meaningless if there is a problem.</param>
/// <param name="Problem">Why it could not be scored; null if it was.</param>
public readonly record struct ScoredRow(long Index, string? Name, Score Score, InvalidInputException? Problem);
