namespace Joule.Data;

/// <summary>An array of numbers in full precision, in C order.</summary>
/// <param name="Shape">The length of each dimension.</param>
/// <param name="Values">The numbers.</param>
/// <param name="IsWhole">Whether their type holds whole numbers only.</param>
internal sealed record NumberArray(int[] Shape, double[] Values, bool IsWhole);
