using System.Globalization;

namespace Joule.Data;

/// <summary>The values that stand for black and white in an array.</summary>
/// <param name="Low">The value of black.</param>
/// <param name="High">The value of white, above <paramref name="Low"/>.</param>
public readonly record struct ValueRange(double Low, double High)
{
    /// <summary>The accepted forms, for help and messages.</summary>
    public const string Forms = "LO..HI, for example 0..1, -1..1, 0..255 or 0..65535";

    /// <summary>Brightness: 0 is black, 1 is white.</summary>
    public static ValueRange Unit => new(0, 1);

    /// <summary>Bytes: 0 is black, 255 is white.</summary>
    public static ValueRange Bytes => new(0, 255);

    /// <summary>Reads a range written <c>LO..HI</c> or <c>LO,HI</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="range">The range, if the text is one.</param>
    /// <returns>
    /// Whether it is a range: two finite numbers, the first below the second, their distance no more than a float of 32 bits holds.
    /// </returns>
    public static bool TryParse(string? text, out ValueRange range)
    {
        range = default;
        if (text is null)
            return false;
        if (text.Contains("...", StringComparison.Ordinal))
            return false; // a typing error, not "0..0.1"
        string[] parts = text.Trim().Split("..", 2);
        if (parts.Length == 1)
            parts = text.Split(',', 2);
        if (parts.Length != 2 || !Number(parts[0], out double low) || !Number(parts[1], out double high) || !(low < high)
            || high - low > float.MaxValue)
            return false;
        range = new ValueRange(low, high);
        return true;
    }

    /// <summary>Brightness of a value: 0 for <see cref="Low"/>, 1 for <see cref="High"/>.</summary>
    internal float Brightness(double value) => (float)Math.Clamp((value - Low) / (High - Low), 0, 1);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low}..{High}");

    private static bool Number(string text, out double number) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= float.MaxValue;
}
