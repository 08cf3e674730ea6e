namespace Joule.Evaluation;

/// <summary>How far a part of a measurement is.</summary>
/// <param name="Task">The part, in a few words.</param>
/// <param name="Done">What is done, of <paramref name="Total"/>.</param>
/// <param name="Total">All of it.</param>
/// <param name="Figures">The current figures, as short text.</param>
public readonly record struct QualityProgress(string Task, long Done, long Total, string Figures = "");
