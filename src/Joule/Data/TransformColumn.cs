namespace Joule.Data;

/// <summary>What happens to a column of the raw input: a row of the table that <c>train</c> and <c>info</c> show.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">The recognised kind.</param>
/// <param name="Why">The reason.</param>
/// <param name="Missing">Training rows without a value.</param>
/// <param name="Values">Its range or its levels, in words.</param>
/// <param name="Transform">The transform, in words.</param>
/// <param name="First">Index of its first number in a state.</param>
/// <param name="Width">Number of its numbers in a state; 0 if it is left out.</param>
public sealed record TransformColumn(string Name, string Kind, string Why, int Missing, string Values, string Transform, int First,
    int Width)
{
    /// <summary>The printable name.</summary>
    public string Shown => MessageText.Of(Name);
}
