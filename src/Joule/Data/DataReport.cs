using System.Text.Json.Nodes;

namespace Joule.Data;

/// <summary>How the data of a training were read and shared out. A model keeps it. Each kind of data has a record of its own.</summary>
public abstract record DataReport
{
    /// <summary>Where the data came from.</summary>
    public string Name { get; init; } = "";

    /// <summary>The number of training rows.</summary>
    public int Train { get; init; }

    /// <summary>The number of test rows.</summary>
    public int Test { get; init; }

    /// <summary>The number of validation rows; 0 where the test rows validate.</summary>
    public int Validation { get; init; }

    /// <summary>The seed that the test rows were drawn by; null where the source has its own.</summary>
    public ulong? TestSeed { get; init; }

    /// <summary>The seed that the validation rows were drawn by; null where the source has its own, or there are none.</summary>
    public ulong? ValidationSeed { get; init; }

    /// <summary>The report in one line.</summary>
    public abstract string Describe();

    /// <summary>What may not have been meant so.</summary>
    public abstract IReadOnlyList<string> Warnings { get; }

    /// <summary>The report for programs.</summary>
    public virtual JsonObject Details() => OptionsJson.Write(this);

    /// <summary>How the training rows were read, for programs; null where there is nothing to say.</summary>
    public virtual JsonObject? ReadingDetails() => null;

    /// <summary>How rows were shared out, to follow what describes them, for example <c>60,000 to train on, 10,000 to test with; validated on the test images</c>.</summary>
    /// <param name="noun">What one row is called.</param>
    protected string Shares(string noun) =>
        $"{Train:N0} to train on, {Test:N0}{Drawn(TestSeed)} to test with; validated on "
        + (Validation == 0 ? $"the test {noun}s" : $"{Counted.Of(Validation, noun)}{(ValidationSeed is null ? " of their own" : Drawn(ValidationSeed))}");

    private static string Drawn(ulong? seed) => seed is null ? "" : $" drawn by seed {seed}";
}
