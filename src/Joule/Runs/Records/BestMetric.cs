namespace Joule.Runs;

/// <summary>By which figure of an epoch the best one is chosen.</summary>
/// <param name="Name">The column of metrics.csv.</param>
/// <param name="Meaning">What makes an epoch better, in words.</param>
/// <remarks>
/// No cheap figure measures how good an energy is. <c>val_cd</c> says how far the validation images lie below noise (the test images, where no others are set apart): it finds an epoch that tells them apart, and falls on
/// while energies grow. Of a training that holds the energies small (<c>training.energy_regularization</c>) it is a fair guide.
/// </remarks>
public sealed record BestMetric(string Name, string Meaning)
{
    private readonly Func<MetricsRow, double> _badness = Name switch
    {
        "val_cd" => row => row.ValCd,
        "loss" => row => row.Loss,
        "cd" => row => Math.Abs(row.Cd),
        _ => throw new ArgumentException($"There is no metric {Name}.", nameof(Name)),
    };

    /// <summary>Those that there are; the first one is the default.</summary>
    public static IReadOnlyList<BestMetric> All { get; } =
    [
        new("val_cd", "the validation images lie farthest below noise"),
        new("loss", "the training loss is lowest"),
        new("cd", "the energies of training images and negatives are closest"),
    ];

    /// <summary>The one that is used where none is chosen.</summary>
    public static BestMetric Default => All[0];

    /// <summary>Finds one by its name, or gives null.</summary>
    public static BestMetric? Find(string name) => All.FirstOrDefault(m => m.Name == name);

    /// <summary>Whether the last row is better than all before it.</summary>
    public bool IsBest(IReadOnlyList<MetricsRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || double.IsNaN(_badness(rows[^1])))
            return false;
        double last = _badness(rows[^1]);
        for (int i = 0; i < rows.Count - 1; i++)
        {
            if (_badness(rows[i]) <= last)
                return false;
        }
        return true;
    }
}
