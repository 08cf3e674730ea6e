namespace Joule.Data;

/// <summary>
/// The error of values outside the range that they are read in, with advice: only ranges that hold every value are suggested.
/// </summary>
internal static class RangeAdvice
{
    private const double Overshoot = 0.1; // of the range: what spline scaling leaves beyond the walls
    private static readonly ValueRange[] Usual = [ValueRange.Unit, new(-1, 1), ValueRange.Bytes, new(0, 65535)];

    /// <summary>Creates the error.</summary>
    /// <param name="origin">The array.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="range">The range that it is read in.</param>
    /// <param name="request">The request.</param>
    /// <param name="layout">The meaning of its dimensions, for the place.</param>
    /// <param name="outside">The values.</param>
    public static InvalidInputException Error(
        ArrayOrigin origin, ElementType type, ValueRange range, ReadingRequest request, ArrayLayout layout, OutsideRange outside)
    {
        string place = layout.Place(outside.Index);
        if (!double.IsFinite(outside.Value))
            return origin.Bad($"the value {Shown(outside.Value, type)} at {place} is "
                + $"{(double.IsNaN(outside.Value) ? "not a number" : "not finite")}. Pixels must be finite: correct the array.");
        string why = request.Range is not null
            ? (request.IsSettled ? "the training reads them" : "--range says that they are read")
            : $"arrays of {type.Name} are read";
        return origin.Bad($"the value {Shown(outside.Value, type)} at {place} lies outside {range}, as {why}. "
            + $"The array's values go from {Shown(outside.Least, type)} to {Shown(outside.Most, type)}. "
            + $"{Advice(type, range, request, outside)}");
    }

    private static string Advice(ElementType type, ValueRange range, ReadingRequest request, OutsideRange outside)
    {
        if (request.IsSettled)
            return "A run and a model keep to their training images: give those, unchanged.";
        double slack = Overshoot * (range.High - range.Low);
        string clip = $"numpy.clip(array, {Number(range.Low)}, {Number(range.High)})";
        if (!type.IsWhole && outside.Least >= range.Low - slack && outside.Most <= range.High + slack)
            return $"Values that lie just outside, as scaling leaves them, can be clipped: {clip}.";
        string[] ranges = Ranges(type, range, outside).ToArray();
        return ranges.Length == 0
            ? "No range holds values so large: scale the array to 0..1 first."
            : $"Say what is black and what is white: {string.Join(" or ", ranges)}{(type.IsWhole ? "" : $", or scale the array")}.";
    }

    /// <summary>The options that read the array: usual ranges that it nearly fills, and those of its type or its values.</summary>
    private static IEnumerable<string> Ranges(ElementType type, ValueRange range, OutsideRange outside)
    {
        int found = 0;
        foreach (ValueRange usual in Usual)
        {
            bool holds = outside.Least >= usual.Low && outside.Most <= usual.High && usual != range
                && !(type.IsWhole && usual == ValueRange.Unit);
            // Floats in a far wider range would be nearly black.
            if (!holds || (!type.IsWhole && Math.Max(outside.Most / usual.High, usual.Low < 0 ? outside.Least / usual.Low : 0) < Overshoot))
                continue;
            found++;
            yield return $"--range {usual}";
        }
        if (found > 0)
            yield break;
        bool signed = type is { Kind: ElementKind.Signed, Size: <= 2 };
        string own = signed
            ? $"{Number(type.Smallest)}..{Number(type.Largest)}"
            : $"{Shown(Math.Min(0, outside.Least), type)}..{Shown(Math.Max(0, outside.Most), type)}";
        // The printed range is rounded: it must still be a range that holds the values.
        if (ValueRange.TryParse(own, out _))
            yield return signed ? $"--range {own}" : $"--range LO..HI, for example --range {own}";
    }

    private static string Shown(double value, ElementType type) =>
        type is { Kind: ElementKind.Float, Size: 4 } ? FormattableString.Invariant($"{(float)value}") : Number(value);

    private static string Number(double value) => FormattableString.Invariant($"{value}");
}
