using System.Globalization;

namespace Joule.Runs;

/// <summary>The interval between a run's checkpoints: a time or a number of epochs.</summary>
/// <param name="Seconds">Seconds, or null.</param>
/// <param name="Epochs">Epochs, or null.</param>
public readonly record struct CheckpointInterval(double? Seconds, int? Epochs)
{
    private static readonly (string Unit, double Seconds)[] Times = [("s", 1), ("m", 60), ("h", 3600), ("", 60)];
    private static readonly string[] EpochUnits = ["epochs", "epoch", "e"];

    /// <summary>Two minutes.</summary>
    public static CheckpointInterval Default { get; } = new(120, null);

    /// <summary>The accepted forms, for help and errors.</summary>
    public static string Forms => "minutes (5 or 5m), seconds (90s), hours (1h) or epochs (2e)";

    /// <summary>The accepted forms of a time.</summary>
    public static string TimeForms => "minutes (5 or 5m), seconds (90s) or hours (1h)";

    /// <summary>Reads <c>5</c> and <c>5m</c> as minutes, <c>90s</c>, <c>1h</c>, <c>2e</c> or <c>2epochs</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="interval">The interval, above 0.</param>
    /// <returns>Whether the text is an interval.</returns>
    public static bool TryParse(string text, out CheckpointInterval interval)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim().Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        interval = default;
        foreach (string unit in EpochUnits)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            bool whole = int.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int epochs) && epochs >= 1;
            interval = new CheckpointInterval(null, epochs);
            return whole;
        }
        foreach ((string unit, double seconds) in Times)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            string number = text[..^unit.Length];
            bool fits = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
                && count > 0 && count * seconds <= 1e9;
            interval = new CheckpointInterval(count * seconds, null);
            return fits;
        }
        return false;
    }

    /// <summary>The text that <see cref="TryParse"/> reads as this interval.</summary>
    public override string ToString() => Epochs is int epochs
        ? string.Create(CultureInfo.InvariantCulture, $"{epochs}e")
        : string.Create(CultureInfo.InvariantCulture, $"{(decimal)(Seconds ?? 0)}s");
}
