using System.Text.RegularExpressions;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// No two places of the library use the same random draws. The table lists every place that starts a stream, with the steps it uses; the
/// sources are searched for others.
/// </summary>
public sealed partial class RandomPurposeTests
{
    private const ulong Last = (1UL << 56) - 1;

    // A file of src/, a purpose, the step as written there, and the first and last value of that step.
    private static readonly Place[] Places =
    [
        new("Joule/Networks/Network.cs", RandomPurpose.Weights, "(ulong)p", 0, Last),
        new("Joule/Training/Trainer.cs", RandomPurpose.DataOrder, "(ulong)epoch", 0, Last),
        new("Joule/Training/Trainer.cs", RandomPurpose.DataNoise, "(ulong)Update", 0, Last),
        new("Joule/Samplers/ReplayBuffer.cs", RandomPurpose.FreshStates, "0", 0, 0),
        new("Joule/Objectives/Negatives.cs", RandomPurpose.FreshStates, "(ulong)update + 1", 1, Last),
        new("Joule/Objectives/BufferNegatives.cs", RandomPurpose.BufferSlots, "(ulong)update", 0, Last),
        // the loop counts on from (ulong)(update * _steps)
        new("Joule/Objectives/Negatives.cs", RandomPurpose.TrainingChains, "0", 0, Last),
        new("Joule/Objectives/TimedDraws.cs", RandomPurpose.TimedStates, "(ulong)update", 0, Last), // in parts; one objective in a run
        // the loop counts on from the steps of earlier updates
        new("Joule/Objectives/DiffusionRecovery.cs", RandomPurpose.RecoveryChains, "0", 0, Last),
        new("Joule/Evaluation/ReferenceStates.cs", RandomPurpose.ValidationNoise, "0", 0, 0),
        new("Joule/Training/Validator.cs", RandomPurpose.ValidationNoise, "(ulong)epoch", 1, Last), // epochs are counted from 1
        new("Joule/Runs/SampleDraw.cs", RandomPurpose.SamplingChains, "0", 0, Last), // the loop counts on from the steps done
        new("Joule/Runs/SampleDraw.cs", RandomPurpose.Shuffling, "0", 0, 0),
        new("Joule/Evaluation/ImageStates.cs", RandomPurpose.Shuffling, "1", 1, 1),
        new("Joule/Evaluation/ReferenceStates.cs", RandomPurpose.Shuffling, "2", 2, 2),
        new("Joule/Evaluation/ReferenceStates.cs", RandomPurpose.Shuffling, "3 + (ulong)number", 3, Last),
        new("Joule/Objectives/Adjustment.cs", RandomPurpose.Attempts, "(ulong)Attempt", 0, Last),
        new("Joule/Runs/SampleDraw.cs", RandomPurpose.SamplingStates, "0", 0, 0),
        new("Joule/Runs/ChainRun.cs", RandomPurpose.SamplingStates, "2", 2, 2),
        new("Joule/Runs/ChainRun.cs", RandomPurpose.RecordedChains, "0", 0, Last), // the loop counts on from the warm-up
        new("Joule/Data/Images/ImageSplit.cs", RandomPurpose.DataSplit, "step", 0, 1), // test images, then validation images
        new("Joule.Tables/TableDataOptions.cs", RandomPurpose.DataSplit, "step", 2, 3), // test rows, then validation rows
        new("Joule/Objectives/Scores/ScoreDraws.cs", RandomPurpose.ScoreNoise, "(ulong)update", 0, Last), // one objective in a run
        new("Joule/Evaluation/Quality/ClassifierTraining.cs", RandomPurpose.Classifier, "(ulong)epoch", 0, uint.MaxValue),
        new("Joule/Evaluation/Quality/ClassifierTraining.cs", RandomPurpose.Classifier, "ShiftSteps + (ulong)update", 1UL << 32, 1UL << 40),
        new("Joule/Evaluation/Quality/LabelledImages.cs", RandomPurpose.Classifier, "ChoiceStep", 1UL << 48, 1UL << 48),
        new("Joule/Runs/Inpainting.cs", RandomPurpose.Inpainting, "(ulong)image", 0, Last),
        new("Joule/Data/CalibrationRows.cs", RandomPurpose.CalibrationRows, "0", 0, 0),
        new("Joule/Samplers/MissingColumns.cs", RandomPurpose.MissingValues, "0", 0, Last), // chains count on from step 1
        new("Joule/Evaluation/Detection.cs", RandomPurpose.Bootstrap, "(ulong)r", 0, Last),
        new("Joule/Evaluation/Streams/OnlineRanks.cs", RandomPurpose.OnlineRanks, "0", 0, 0),
        new("Joule/Evaluation/Streams/OnlineRanks.cs", RandomPurpose.OnlineRanks, "1 + _halvings", 1, Last),
        // draws to train on, to test with, to validate with and to calibrate with
        new("Joule/Energies/Known/Draws/DrawsDataOptions.cs", RandomPurpose.DataSplit, "step", 4, 7),
        new("Joule/Energies/Factors/FactorFit.cs", RandomPurpose.BaseFit, "0", 0, 0), // and its parts, of steps from 2⁴⁰ on
        new("Joule/Evaluation/Densities/TiltedPartition.cs", RandomPurpose.BaseFit, "1", 1, 1),
        // subspaces of neighbours are drawn at step 1
        new("Joule/Energies/Experts/FitRows.cs", RandomPurpose.ExpertFit, "0", 0, 1),
        new("Joule/Data/Images/DequantizedPixels.cs", RandomPurpose.Dequantization, "0", 0, 0),
        // each corruption uses its own step, see below
        new("Joule/Evaluation/ImageStates.cs", RandomPurpose.Corruptions, "0", 0, Last),
        new("Joule/Objectives/Noise/MixtureNoise.cs", RandomPurpose.NoiseStates, "0", 0, 0),
        new("Joule/Objectives/NoiseContrastive.cs", RandomPurpose.NoiseStates, "(ulong)update + 1", 1, Last),
        new("Joule/Objectives/PerturbingObjective.cs", RandomPurpose.PerturbedStates, "(ulong)update", 0, Last),
        new("Joule/Objectives/Manifolds/ProjectedLatents.cs", RandomPurpose.ManifoldStates, "(ulong)update", 0, Last), // in parts
        // the loop counts on from the steps of earlier updates
        new("Joule/Objectives/Manifolds/ManifoldObjective.cs", RandomPurpose.ManifoldChains, "0", 0, Last),
        new("Joule/Objectives/JointEnergy.cs", RandomPurpose.ClassShifts, "(ulong)update.Number", 0, Last),
    ];

    [Fact]
    public void Every_place_that_draws_is_in_the_table_and_every_row_is_such_a_place() =>
        Assert.Equal(Places.Select(p => $"{p.File} {p.Purpose} {p.Step}").Order(), Found(Sources()).Order());

    [Fact]
    public void Two_places_with_one_purpose_use_different_steps()
    {
        foreach (IGrouping<RandomPurpose, Place> same in Places.GroupBy(p => p.Purpose))
        {
            Place[] places = [.. same.OrderBy(p => p.First)];
            for (int i = 1; i < places.Length; i++)
                Assert.True(places[i - 1].Final < places[i].First, $"{places[i - 1]} and {places[i]} share a step");
        }
    }

    [Fact]
    public void Every_purpose_has_its_own_number_and_counter()
    {
        RandomPurpose[] purposes = Enum.GetValues<RandomPurpose>();
        Assert.Equal(Enum.GetNames<RandomPurpose>().Length, purposes.Select(p => (byte)p).Distinct().Count());
        // Steps up to the last one do not reach the purpose's byte, and steps never collide.
        ulong[] steps = [0, 1, uint.MaxValue, 1UL << 32, Last];
        IEnumerable<(uint Counter2, uint Counter3)> counters = from purpose in purposes
                                                               from step in steps
                                                               let stream = new RandomStream(
            1, purpose, step)
                                                               select (stream.Counter2, stream.Counter3);
        Assert.Equal(purposes.Length * steps.Length, counters.Distinct().Count());
    }

    [Fact]
    public void Every_purpose_is_used_except_the_user_s() =>
        Assert.Equal(Enum.GetValues<RandomPurpose>().Except([RandomPurpose.User]), Places.Select(p => p.Purpose).Distinct().Order());

    [Fact]
    public void Every_corruption_that_draws_has_its_own_step()
    {
        string[] steps = [.. Sources()
            .Where(s => s.File.StartsWith("Joule/Evaluation/Corruptions/", StringComparison.Ordinal)
                && s.Text.Contains(".Random", StringComparison.Ordinal))
            .Select(s => CorruptionStep().Match(s.Text).Groups[1].Value)];
        Assert.True(steps.Length >= 2);
        Assert.DoesNotContain("", steps);
        Assert.Equal(steps.Length, steps.Distinct().Count());
    }

    // The test below shows that the search can fail.
    [Theory]
    [InlineData("RandomStream s = new(seed, RandomPurpose.User, (ulong)(a + f(b)) + 1);", "x.cs User (ulong)(a + f(b)) + 1")]
    [InlineData("new RandomStream(a.B(c), RandomPurpose.Weights, 0).FillNormal(x, 0);", "x.cs Weights 0")]
    [InlineData("RandomPurpose p = RandomPurpose.Weights;", "x.cs Weights ?")]
    public void A_place_is_found(string text, string place) => Assert.Equal([place], Found([("x.cs", text)]));

    private static IEnumerable<string> Found(IEnumerable<(string File, string Text)> sources) =>
        from source in sources
        from line in source.Text.Split('\n')
        where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
        from Match use in Use().Matches(line)
        select $"{source.File} {use.Groups[1].Value} {(use.Groups[2].Success ? Argument(line[(use.Index + use.Length)..]) : "?")}";

    // Up to the bracket that closes the arguments.
    private static string Argument(string text)
    {
        int depth = 0, end = 0;
        while (end < text.Length && (depth > 0 || text[end] != ')'))
            depth += text[end++] switch { '(' => 1, ')' => -1, _ => 0 };
        return text[..end];
    }

    private static IEnumerable<(string File, string Text)> Sources()
    {
        string root = Path.Combine(Repository.Root, "src");
        return from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
               let name = Path.GetRelativePath(root, path).Replace('\\', '/')
               where !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal)
               select (name, File.ReadAllText(path));
    }

    [GeneratedRegex(@"RandomPurpose\.(\w+)(, )?")]
    private static partial Regex Use();

    [GeneratedRegex(@"const ulong Step = (\d+);")]
    private static partial Regex CorruptionStep();

    private sealed record Place(string File, RandomPurpose Purpose, string Step, ulong First, ulong Final);
}
