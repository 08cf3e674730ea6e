namespace Joule.Data;

/// <summary>What became of one column of the raw input: a row of the table that <c>train</c> and <c>info</c> show.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What it was recognised as.</param>
/// <param name="Why">Why.</param>
/// <param name="Missing">Training rows without a value.</param>
/// <param name="Values">Its range or its levels, in words.</param>
/// <param name="Transform">What is done with it, in words.</param>
/// <param name="First">Its first number in a state.</param>
/// <param name="Width">Its numbers in a state; 0 where it is left out.</param>
public sealed record TransformColumn(string Name, string Kind, string Why, int Missing, string Values, string Transform, int First,
    int Width)
{
    /// <summary>The name, fit to be shown.</summary>
    public string Shown => MessageText.Of(Name);
}
