using Joule.Data;

namespace Joule.Energies;

/// <summary>How exact draws of a known energy were made.</summary>
[Named("draws", "how exact draws of a known energy were made")]
public sealed record DrawsDataReport : DataReport
{
    /// <summary>The number of values in a state.</summary>
    public int Width { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => [];

    /// <inheritdoc/>
    public override string Describe() => $"{MessageText.Printable(Name)}: exact draws of "
        + $"{Counted.Of(Width, "number")} each; {Shares("point")}";
}
