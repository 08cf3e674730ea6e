using System.Text.Json.Nodes;

namespace Joule.Data;

/// <summary>How the training data were read and split. A model keeps it. Each kind of data has its own record.</summary>
[DefaultType("images")]
public abstract record DataReport
{
    /// <summary>Where the data came from.</summary>
    public string Name { get; init; } = "";

    /// <summary>The number of training rows.</summary>
    public int Train { get; init; }

    /// <summary>The number of test rows.</summary>
    public int Test { get; init; }

    /// <summary>The number of validation rows; 0 if the test rows validate.</summary>
    public int Validation { get; init; }

    /// <summary>The seed that drew the test rows; null if the source has its own.</summary>
    public ulong? TestSeed { get; init; }

    /// <summary>The seed that drew the validation rows; null if the source has its own, or there are none.</summary>
    public ulong? ValidationSeed { get; init; }

    /// <summary>The number of rows that calibrate the trained model.</summary>
    public int Calibration { get; init; }

    /// <summary>
    /// The seed that drew the calibration rows from the training rows; null if they have their own source, or there are none.
    /// </summary>
    public ulong? CalibrationSeed { get; init; }

    /// <summary>The rows of the source that training, testing, validation and calibration use.</summary>
    protected int Rows => Train + Test + Validation + (CalibrationSeed is null ? 0 : Calibration);

    /// <summary>The report in one line.</summary>
    public abstract string Describe();

    /// <summary>Warnings about what may be unintended.</summary>
    public abstract IReadOnlyList<string> Warnings { get; }

    /// <summary>The report for programs.</summary>
    public virtual JsonObject Details() => OptionsJson.Write(this);

    /// <summary>How the training rows were read, for programs; may be null.</summary>
    public virtual JsonObject? ReadingDetails() => null;

    /// <summary>
    /// How rows were split, in words that follow their description, for example <c>60,000 to train on, 10,000 to test with; validated on
    /// the test images</c>.
    /// </summary>
    /// <param name="noun">The name of a row.</param>
    protected string Shares(string noun) =>
        $"{Train:N0} to train on, {Test:N0}{Drawn(TestSeed)} to test with; validated on "
        + (Validation == 0
            ? $"the test {noun}s"
            : $"{Counted.Of(Validation, noun)}{(ValidationSeed is null ? " of their own" : Drawn(ValidationSeed))}")
        + (Calibration == 0 ? ""
            : $"; calibrated on {Counted.Of(Calibration, noun)}{(CalibrationSeed is null ? " of their own" : Drawn(CalibrationSeed))}");

    private static string Drawn(ulong? seed) => seed is null ? "" : $" drawn by seed {seed}";
}
