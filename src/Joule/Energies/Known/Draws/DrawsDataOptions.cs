using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;

namespace Joule.Energies;

/// <summary>
/// Options of data that are independent exact draws of a known energy, with its default options: data whose density is known, so that what
/// was learned can be compared with it. <c>source</c> is the name of the energy.
/// </summary>
[Named("draws", "exact draws of a known energy, such as points in the plane")]
public sealed record DrawsDataOptions : DataOptions
{
    /// <summary>Number of draws to train on, those set apart for validation included.</summary>
    [Between(2, 100_000_000)]
    public int Count { get; init; } = 10_000;

    /// <summary>Number of draws to test with.</summary>
    [Between(1, 100_000_000)]
    public int TestCount { get; init; } = 2_000;

    /// <summary>The seed of the draws. Null: the seed of the run.</summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// Whether real numbers are shifted and scaled to mean 0 and deviation 1 on the training draws. Densities and pictures stay in the
    /// units of the source.
    /// </summary>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    public override DataSets Open(DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Energy energy = DrawnEnergies.Create(Source);
        string name = DrawnEnergies.NameOf(Source)!;
        ulong seed = Seed ?? request.Seed;
        int validates = (int)Math.Round(Count * ValidationShare);
        if (ValidationShare > 0)
            validates = Math.Clamp(validates, 1, Count - 1);
        int calibrates = CalibrationShare > 0 ? CalibrationRows.Count(Count - validates, CalibrationShare, name, "row") : 0;
        DrawnStates train = Draw(energy, Count - validates - calibrates, seed, 4, $"{name}:train");
        DrawsTransform transform = request.Transform as DrawsTransform ?? DrawsTransform.Fit(name, energy, train, Standardize);
        DrawnStates? validation = validates > 0 ? Draw(energy, validates, seed, 6, $"{name}:validation") : null;
        return new DataSets(
            transform.Apply(train),
            transform.Apply(Draw(energy, TestCount, seed, 5, $"{name}:test")),
            validation is null ? null : transform.Apply(validation),
            transform,
            new DrawsDataReport
            {
                Name = name,
                Train = train.Count,
                Test = TestCount,
                Validation = validates,
                TestSeed = seed,
                ValidationSeed = validates > 0 ? seed : null,
                Calibration = calibrates,
                CalibrationSeed = calibrates > 0 ? seed : null,
                Width = energy.Space.Width,
            })
        {
            Calibration = calibrates > 0 ? transform.Apply(Draw(energy, calibrates, seed, 7, $"{name}:calibration")) : null,
        }.CalibratedBy(this, request);
    }

    /// <inheritdoc/>
    public override DataTransform Restore(JsonObject fitted, string source) => DrawsTransform.FromJson(fitted, source);

    /// <inheritdoc/>
    public override DataOptions FromAnyFolder() =>
        string.IsNullOrEmpty(Source) ? this : base.FromAnyFolder() with { Source = DrawnEnergies.NameOf(Source) ?? Source };

    /// <summary>Exact states as a set.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="count">Number of states.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="step">4 for training, 5 for testing, 6 for validation, 7 for calibration.</param>
    /// <param name="name">The name of the set.</param>
    internal static DrawnStates Draw(Energy energy, int count, ulong seed, ulong step, string name) =>
        new(energy.Require<ISamplable>("Data of exact draws"), count, new RandomStream(seed, RandomPurpose.DataSplit, step), name);
}
