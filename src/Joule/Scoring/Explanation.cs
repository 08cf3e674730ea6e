using System.Globalization;

namespace Joule.Scoring;

/// <summary>Why a row has its energy: the columns that differ from the nearest likely row.</summary>
/// <param name="Energy">The energy of the row, in nats.</param>
/// <param name="ReferenceEnergy">The energy of the likely row.</param>
/// <param name="IsLikely">
/// Whether the reference is likely: p ≥ ½, or at most the given level. Without calibration and level it is false, and the reference is
/// where no single column lowers the energy.
/// </param>
/// <param name="Shares">
/// Every column of the energy, the largest share first. The shares add up to <paramref name="Energy"/> −
/// <paramref name="ReferenceEnergy"/>.
/// </param>
public sealed record Explanation(float Energy, float ReferenceEnergy, bool IsLikely, IReadOnlyList<ColumnShare> Shares);

/// <summary>What one column has to do with the energy of a row.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Value">Its value, as text; <c>missing</c> if it has none.</param>
/// <param name="Expected">Its value in the likely row.</param>
/// <param name="Share">How much of the energy the change explains, in nats; 0 if the column keeps its value.</param>
public sealed record ColumnShare(string Column, string Value, string Expected, double Share)
{
    /// <summary>In words: <c>age is 190 and should have been about 41.2 (5.40 nats)</c>.</summary>
    public string Describe()
    {
        bool isNumber = double.TryParse(Expected, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        string expected = isNumber ? $"about {number.ToString("G4", CultureInfo.InvariantCulture)}" : MessageText.Of(Expected);
        return string.Create(CultureInfo.InvariantCulture,
            $"{MessageText.Of(Column)} is {MessageText.Of(Value)} and should have been {expected} ({Share:0.00} nats)");
    }
}
