using System.Security.Cryptography;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.Objectives;
using Joule.Tests.Data;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class CheckpointFileTests
{
    public static TheoryData<string, string> Trainings => Joule.Tests.Training.SnapshotTests.Trainings;

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_run_resumes_from_the_file_bit_for_bit_on_another_number_of_threads(string optimizer, string source)
    {
        using TempFolder folder = new();
        using CheckpointTools whole = new(optimizer, source), first = new(optimizer, source), second = new(optimizer, source, threads: 2);
        first.Run.Watch.Set("recent", double.NaN, double.NegativeInfinity, -0.0, 1 / 3.0);
        first.Run.Watch.Set("none");
        first.Trainer.Adjust(new Adjustment(2, 0.25, 2, 1.5, 0.125));
        whole.Trainer.Adjust(new Adjustment(2, 0.25, 2, 1.5, 0.125));
        TrainingFigures[] expected = whole.Train(12);
        first.Train(5);
        first.Capture();
        first.Format.Write(folder["c"], first.Checkpoint);
        second.Format.Read(folder["c"], second.Checkpoint);
        second.Restore();
        Assert.Equal((5, first.Run.Seconds), (second.Trainer.Update, second.Run.Seconds));
        Assert.Equal(first.Run.Watch.Names, second.Run.Watch.Names);
        Assert.All(first.Run.Watch.Names, n => Assert.Equal(
            first.Run.Watch[n].ToArray().Select(BitConverter.DoubleToInt64Bits),
            second.Run.Watch[n].ToArray().Select(BitConverter.DoubleToInt64Bits)));
        Assert.Equal(expected[5..], second.Train(7));
        Assert.Equal(whole.Run.Rows, second.Run.Rows);
        Assert.Equal(whole.Run.Means.Sums, second.Run.Means.Sums);
        whole.Capture();
        second.Capture();
        whole.Format.Write(folder["a"], whole.Checkpoint);
        whole.Run.Watch.Clear();
        second.Run.Watch.Clear();
        second.Capture();
        second.Format.Write(folder["b"], second.Checkpoint);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
    }

    [Fact]
    public void A_change_of_any_byte_is_detected()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        byte[] whole = File.ReadAllBytes(folder["c"]);
        for (int i = 0; i < 400; i++)
        {
            byte[] bad = [.. whole];
            int at = new RandomStream(3, RandomPurpose.User, (ulong)i).Integer(bad.Length, 0, 0);
            bad[i < 40 ? i : i < 80 ? bad.Length - 1 - (i - 40) : at] ^= (byte)(1 << (i % 8));
            folder.Write("bad", bad);
            Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"], "damaged");
        }
        foreach (int length in (int[])[0, 1, 8, 41, 42, whole.Length / 2, whole.Length - 1])
        {
            folder.Write("bad", whole.AsSpan(0, length));
            Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"]);
        }
        folder.Write("bad", [.. whole, 0]);
        Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"], "damaged");
    }

    [Theory]
    [InlineData("\"version\":2,\"update\"", "\"version\":7,\"update\"", "version 7")]
    [InlineData("\"version\":2,\"update\"", "\"version\":1,\"update\"", "version 1")]
    [InlineData("\"version\":2,\"update\"", "\"version\":-,\"update\"", "cannot be read")]
    [InlineData("epoch,step", "epoch,stop", "other columns")]
    [InlineData("buffer.ages", "buffer.agex", "another run")]
    [InlineData("[64,4]", "[4,64]", "another run")]
    [InlineData("training/run.means", "training/run.meanx", "no numbers called \\u0022run.means\\u0022")]
    [InlineData("training/run.means", "traininG/run.means", "another run")]
    public void A_change_with_a_correct_checksum_is_an_error_with_the_file_name(string was, string becomes, string expected)
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        byte[] bytes = Forge(File.ReadAllBytes(folder["c"]), was, becomes);
        folder.Write("bad", bytes);
        Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"],
            expected.Replace("\\u0022", "\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("trainer.update", 0, 6, "does not agree with")]
    [InlineData("trainer.update", 0, -1, "a training cannot have made -1 updates")]
    [InlineData("trainer.update", 0, double.NaN, "a training cannot have made NaN updates")]
    [InlineData("trainer.attempt", 0, 0.5, "cannot be")]
    [InlineData("trainer.attempt", 1, 2, "cannot be")]
    [InlineData("trainer.attempt", 4, double.NaN, "cannot be")]
    [InlineData("run.seconds", 0, -1, "a run cannot have taken -1 seconds")]
    [InlineData("run.means", 15, 1.5, "means")]
    [InlineData("run.rows", 0, 2, "is for epoch 2")]
    [InlineData("run.rows", 1, -3, "ends at step -3")]
    [InlineData("run.rows", 5, double.PositiveInfinity, "infinite")]
    public void Impossible_numbers_are_refused_and_nothing_is_changed(string name, int place, double value, string expected)
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        double[] numbers = run.Checkpoint.Numbers[name].ToArray();
        numbers[place] = value;
        run.Checkpoint.Numbers.Set(name, numbers);
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(run.Restore).Message, StringComparison.Ordinal);
        Assert.Equal((5, 1), (run.Trainer.Update, run.Run.Rows.Count));
        if (name == "trainer.update" && !(value >= 0))
            return; // the file is named after it, so it is never written
        run.Format.Write(folder["bad"], run.Checkpoint);
        Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"], expected, "byte");
    }

    [Fact]
    public void A_slot_outside_the_buffer_is_refused()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        byte[] bytes = File.ReadAllBytes(folder["c"]);
        // The number of filled slots is stored before the lag and the lists, which are stored before the checksum.
        int lag = run.Trainer.Memory.Single(m => m.Name == "lag").Length;
        int at = bytes.Length - 32 - 8 * run.Checkpoint.Numbers.Names.Sum(n => run.Checkpoint.Numbers[n].Length) - 4 * lag - 4;
        Assert.Equal(64, bytes[at]);
        bytes[at] = 65;
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        folder.Write("bad", bytes);
        Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"], "65", "byte", "buffer.filled");
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]), other = new("sgd");
        Refused.With(() => other.Format.Read(folder["c"], other.Checkpoint), folder["c"], "another run");
    }

    [Fact]
    public void It_is_a_valid_safetensors_file()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        SafeTensorsContent content = SafeTensors.Read(folder["c"]);
        NamedTensor weight = content.Tensors.First(t => t.Name == "0.weight");
        // The model has the averaged weights.
        Assert.True(TestRows.SameBits(run.Trainer.ModelParameters.Span[..weight.Floats!.Length], weight.Floats));
    }

    private static CheckpointTools Written(string file)
    {
        CheckpointTools run = new();
        run.Train(5);
        run.Capture();
        run.Format.Write(file, run.Checkpoint);
        return run;
    }

    private static byte[] Forge(byte[] bytes, string was, string becomes)
    {
        // The notes are JSON inside JSON, so their quotation marks are escaped.
        byte[] from = Encoding.UTF8.GetBytes(was), to = Encoding.UTF8.GetBytes(becomes);
        int at = bytes.AsSpan().IndexOf(from);
        if (at < 0)
        {
            (from, to) = (Encoding.UTF8.GetBytes(was.Replace("\"", "\\\"", StringComparison.Ordinal)),
                Encoding.UTF8.GetBytes(becomes.Replace("\"", "\\\"", StringComparison.Ordinal)));
            at = bytes.AsSpan().IndexOf(from);
        }
        Assert.True(at >= 0 && from.Length == to.Length, was);
        to.CopyTo(bytes, at);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        return bytes;
    }
}
