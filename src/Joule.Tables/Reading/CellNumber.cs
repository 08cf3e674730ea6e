using System.Buffers;
using System.Globalization;

namespace Joule.Tables;

/// <summary>Parses numbers in text files.</summary>
internal static class CellNumber
{
    private const NumberStyles Style = NumberStyles.Float;
    private static readonly SearchValues<char> Commas = SearchValues.Create("0123456789,.");

    /// <summary>Parses a number; infinity counts as one.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="point">The decimal separator.</param>
    /// <param name="value">The number.</param>
    public static bool TryParse(ReadOnlySpan<char> text, char point, out double value)
    {
        value = 0;
        text = text.Trim(' ');
        if (IsInfinity(text))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }
        // Words that .NET parses as numbers, such as NaN, do not count: they are missing values or text.
        if (text.Length == 0 || !(char.IsAsciiDigit(text[^1]) || text[^1] == point))
            return false;
        if (point == '.')
            return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value);
        if (text.Contains('.') || text.Length > 400)
            return false;
        Span<char> other = stackalloc char[text.Length];
        text.Replace(other, point, '.');
        return double.TryParse(other, Style, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Whether a text is a number with a decimal comma, such as 3,5, or with commas between thousands.</summary>
    public static bool HasComma(ReadOnlySpan<char> text)
    {
        text = text.Trim(' ').TrimStart("+-");
        return text.Contains(',') && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1]) && !text.ContainsAnyExcept(Commas);
    }

    private static bool IsInfinity(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> word = text.TrimStart("+-");
        return text.Length - word.Length <= 1 && (word.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || word.Equals("infinity", StringComparison.OrdinalIgnoreCase));
    }
}
