using System.Security.Cryptography;
using Joule.States;

namespace Joule.Data;

/// <summary>Training states and states that show what was learned, all of the same space.</summary>
/// <param name="Train">The training states.</param>
/// <param name="Test">The test states.</param>
/// <param name="Validation">States for choosing the best epoch; null: the test states.</param>
/// <param name="Transform">The transform of the raw input, fitted on the training rows.</param>
/// <param name="Report">How they were read and split.</param>
public sealed record DataSets(StateSet Train, StateSet Test, StateSet? Validation, DataTransform Transform, DataReport Report)
{
    /// <summary>States that calibrate the trained model, and that training does not see; null: none.</summary>
    public StateSet? Calibration { get; init; }

    /// <summary>
    /// The training rows, counted by the profiles of the transform that they were opened with (<see cref="DataRequest.Transform"/>); empty
    /// without one.
    /// </summary>
    public IReadOnlyList<ColumnCounts> Counts { get; init; } = [];

    /// <summary>The states that an epoch is judged by.</summary>
    public StateSet Judges => Validation ?? Test;

    /// <summary>
    /// A fingerprint of the states: the SHA-256 of their numbers, shapes and values, in lower-case hexadecimal. Names and labels do not
    /// count.
    /// </summary>
    public string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateSet? set in (StateSet?[])[Train, Test, Validation, Calibration])
            set?.AppendTo(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The same sets, calibrated on the rows that <see cref="DataOptions.Calibration"/> names, if it names any.</summary>
    /// <param name="options">The options of the data.</param>
    /// <param name="request">How the data were opened.</param>
    /// <exception cref="InvalidInputException">The rows do not fit, or are too few.</exception>
    internal DataSets CalibratedBy(DataOptions options, DataRequest request)
    {
        if (options.Calibration is not { } source)
            return this;
        StateSet rows = Transform.Open(source, request);
        CalibrationRows.Check(rows.Count, source, rows.Noun);
        return this with { Calibration = rows, Report = Report with { Calibration = rows.Count } };
    }

    /// <summary>
    /// Checks that there is something to learn: at least two training states, not all equal. A constant number, as in MNIST's border, is
    /// not an error: nothing is scaled by the spread of a column.
    /// </summary>
    /// <exception cref="InvalidInputException">There is one training state, or every column is constant.</exception>
    public void CheckVariety()
    {
        string noun = Train.Noun, name = MessageText.Printable(Report.Name);
        bool drawsTest = Report.TestSeed is not null, drawsValidation = Report.ValidationSeed is not null;
        if (Train.Count < 2)
        {
            string tests = drawsTest ? $", {Test.Count} drawn to test with" : "";
            string validates = drawsValidation ? $", {Validation!.Count} set apart by data.validation_share" : "";
            int least = 2 + (drawsTest ? 1 : 0) + (drawsValidation ? 1 : 0);
            string advice = drawsValidation && Validation!.Count > 1 ? $"Make data.validation_share smaller, or add {noun}s"
                : drawsValidation ? $"Set data.validation_share to 0, or add {noun}s" : $"Add {noun}s";
            throw new InvalidInputException($"{name}: there is only row 0, one {noun} to learn from{tests}{validates}; at least 2 are "
                + $"needed{(least > 2 ? $", of {least} in all" : "")}. {advice}.");
        }
        float[] first = new float[Train.Space.Width], other = new float[Train.Space.Width];
        Train.Read(0, first);
        for (int i = 1; i < Train.Count; i++)
        {
            Train.Read(i, other);
            if (!other.AsSpan().SequenceEqual(first))
                return;
        }
        throw new InvalidInputException($"{name}: every column is constant: rows 0 to {Train.Count - 1}, the {noun}s to learn from, are "
            + $"all the same (column 0 is {first[0]} in each). "
            + "There is nothing to learn from them: check how they were made.");
    }
}
