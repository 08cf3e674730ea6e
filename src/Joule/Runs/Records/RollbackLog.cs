using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>A run's rollbacks, as numbers for a checkpoint, as JSON and in words.</summary>
public static class RollbackLog
{
    private const int Numbers = 12;

    /// <summary>The name of a reason in events, summaries and results, for example <c>gap_grows</c>.</summary>
    public static string Name(SentinelReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    /// <summary>The rollbacks as numbers.</summary>
    public static double[] Write(IReadOnlyList<Rollback> rollbacks)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        return [.. rollbacks.SelectMany(r => (double[])[r.Update, r.Epoch, (int)r.Reason, r.Value, r.Limit, r.FirstSign, r.BackTo,
            r.Adjustment.Attempt, r.Adjustment.LearningRate, r.Adjustment.Regularization, r.Adjustment.Steps, r.Adjustment.StepSize])];
    }

    /// <summary>The rollbacks from their numbers.</summary>
    /// <exception cref="InvalidInputException">The numbers are not those of rollbacks.</exception>
    public static IReadOnlyList<Rollback> Read(double[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (numbers.Length % Numbers != 0)
        {
            throw new InvalidInputException($"The checkpoint has {numbers.Length} numbers for its rollbacks; "
                + $"each rollback takes {Numbers}. The file is damaged.");
        }
        List<Rollback> rollbacks = [];
        foreach (double[] n in numbers.Chunk(Numbers))
        {
            Adjustment adjustment = new((int)n[7], n[8], n[9], n[10], n[11]);
            adjustment.Validate();
            rollbacks.Add(new Rollback((long)n[0], (int)n[1], (SentinelReason)(int)n[2], n[3], n[4], (long)n[5], (long)n[6], adjustment));
        }
        return rollbacks;
    }

    /// <summary>The rollbacks as JSON, for a summary.</summary>
    public static JsonArray Json(IReadOnlyList<Rollback> rollbacks)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        return [.. rollbacks.Select(r => new JsonObject
        {
            ["update"] = r.Update,
            ["epoch"] = r.Epoch,
            ["reason"] = Name(r.Reason),
            ["value"] = double.IsFinite(r.Value) ? r.Value : null,
            ["limit"] = r.Limit,
            ["first_sign"] = r.FirstSign,
            ["back_to"] = r.BackTo,
            ["learning_rate_factor"] = r.Adjustment.LearningRate,
            ["regularization_factor"] = r.Adjustment.Regularization,
            ["steps_factor"] = r.Adjustment.Steps,
            ["step_size_factor"] = r.Adjustment.StepSize,
        })];
    }

    /// <summary>A rollback from its line in <c>events.jsonl</c>.</summary>
    internal static Rollback Parse(JsonElement json)
    {
        JsonElement figures = json.GetProperty("figures"), changed = json.GetProperty("changed");
        string name = json.GetProperty("reason").GetString() ?? "";
        SentinelReason reason = Enum.GetValues<SentinelReason>().FirstOrDefault(r => Name(r) == name);
        Adjustment adjustment = new(changed.GetProperty("attempt").GetInt32(), changed.GetProperty("learning_rate_factor").GetDouble(),
            changed.GetProperty("regularization_factor").GetDouble(), changed.GetProperty("steps_factor").GetDouble(),
            changed.TryGetProperty("step_size_factor", out JsonElement size) ? size.GetDouble() : 1);
        adjustment.Validate();
        return new Rollback(
            json.GetProperty("update").GetInt64(),
            json.GetProperty("epoch").GetInt32(),
            reason,
            Real(figures.GetProperty("value")),
            Real(figures.GetProperty("limit")),
            figures.GetProperty("first_sign").GetInt64(),
            changed.GetProperty("back_to").GetInt64(),
            adjustment);
    }

    // A non-finite number is written as a string.
    private static double Real(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    /// <summary>What a rollback changed, in words: for example "learning rate × 0.5".</summary>
    /// <param name="rollback">The rollback.</param>
    /// <param name="before">The one before it, or null.</param>
    public static string Changes(Rollback rollback, Rollback? before)
    {
        ArgumentNullException.ThrowIfNull(rollback);
        Adjustment now = rollback.Adjustment, old = before?.Adjustment ?? Adjustment.None;
        List<string> parts = [];
        void Add(string what, double from, double to)
        {
            if (from != to)
                parts.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} × {to / from:0.######}"));
        }

        Add("learning rate", old.LearningRate, now.LearningRate);
        Add("energy regularisation", old.Regularization, now.Regularization);
        Add("chain steps", old.Steps, now.Steps);
        Add("step size", old.StepSize, now.StepSize);
        return parts.Count > 0 ? string.Join(", ", parts) : "nothing else";
    }

    /// <summary>
    /// The rollbacks in one line, for example "Recovered after 2 rollbacks: gap_grows at update 3,500, back to 3,000, learning rate × 0.5;
    /// …". Empty without rollbacks.
    /// </summary>
    /// <param name="rollbacks">The rollbacks.</param>
    /// <param name="isMended">Whether the run is known to have recovered from the last one.</param>
    public static string Line(IReadOnlyList<Rollback> rollbacks, bool isMended)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        if (rollbacks.Count == 0)
            return "";
        IEnumerable<string> each = rollbacks.Select((r, i) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Name(r.Reason)} at update {r.Update:N0}, back to {r.BackTo:N0}, {Changes(r, i > 0 ? rollbacks[i - 1] : null)}"));
        string times = Counted.Of(rollbacks.Count, "rollback");
        return $"{(isMended ? $"Recovered after {times}" : $"Not known to have recovered after {times}")}: {string.Join("; ", each)}.";
    }
}
