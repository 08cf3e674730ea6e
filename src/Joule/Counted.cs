namespace Joule;

/// <summary>A number with its noun.</summary>
public static class Counted
{
    /// <summary>For example <c>1 step</c> and <c>1,000 steps</c>.</summary>
    public static string Of(long count, string one) => count == 1 ? $"1 {one}" : $"{count:N0} {one}s";
}
