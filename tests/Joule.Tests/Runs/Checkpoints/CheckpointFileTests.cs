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
    public static TheoryData<string, string> Trainings => Joule.Tests.Training.TrainerSnapshotTests.Trainings;

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_run_goes_on_from_the_file_bit_for_bit_on_another_number_of_threads(string optimizer, string source)
    {
        using TempFolder folder = new();
        using CheckpointTools whole = new(optimizer, source), first = new(optimizer, source), second = new(optimizer, source, threads: 2);
        first.Run.Watch["recent"] = [double.NaN, double.NegativeInfinity, -0.0, 1 / 3.0];
        first.Run.Watch["none"] = [];
        first.Trainer.Mend(new Mending(2, 0.25, 2, 1.5, 0.125));
        whole.Trainer.Mend(new Mending(2, 0.25, 2, 1.5, 0.125));
        TrainingFigures[] expected = whole.Train(12);
        first.Train(5);
        first.Capture();
        first.Format.Write(folder["c"], first.Checkpoint);
        second.Format.Read(folder["c"], second.Checkpoint);
        second.Restore();
        Assert.Equal((5, first.Run.Seconds), (second.Trainer.Update, second.Run.Seconds));
        Assert.Equal(first.Run.Watch.Keys.Order(), second.Run.Watch.Keys.Order());
        Assert.All(first.Run.Watch, w => Assert.Equal(w.Value.Select(BitConverter.DoubleToInt64Bits), second.Run.Watch[w.Key].Select(BitConverter.DoubleToInt64Bits)));
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
    public void Every_byte_counts()
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
    [InlineData("\"update\":5", "\"update\":6", "do not go together")]
    [InlineData("\"version\":2,\"update\"", "\"version\":7,\"update\"", "version 7")]
    [InlineData("\"attempt\":0", "\"attempt\":-", "cannot be read")]
    [InlineData("\"factors\":\"1 1 1 1\"", "\"factors\":\"1 1 1 x\"", "cannot be read")]
    [InlineData("\"factors\":\"1 1 1 1\"", "\"factors\":\"2 1 1 1\"", "no attempt")]
    [InlineData("\"factors\":\"1 1 1 1\"", "\"factors\":\"1 1 1.1\"", "no attempt")]
    [InlineData("\"factors\":\"1 1 1 1\"", "\"factors\":\"1.0 1.0\"", "cannot be read")]
    [InlineData("buffer.ages", "buffer.agex", "another run")]
    [InlineData("[64,4]", "[4,64]", "another run")]
    [InlineData("epoch,step", "epoch,stop", "header")]
    public void What_was_changed_with_a_right_checksum_is_an_error_with_the_files_name(string was, string becomes, string expected)
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        byte[] bytes = Forge(File.ReadAllBytes(folder["c"]), was, becomes);
        folder.Write("bad", bytes);
        Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"], expected);
    }

    [Fact]
    public void One_from_before_the_step_size_was_mended_has_a_factor_less()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        folder.Write("older", Forge(File.ReadAllBytes(folder["c"]), "\"factors\":\"1 1 1 1\"", "\"factors\":\"1 1 001\""));
        run.Format.Read(folder["older"], run.Checkpoint);
        Assert.Equal(Mending.None, run.Checkpoint.Trainer.Mending);
    }

    [Fact]
    public void A_number_that_would_lead_out_of_the_buffer_is_refused()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        byte[] bytes = File.ReadAllBytes(folder["c"]);
        // The number of filled slots lies before the table, which lies before the checksum.
        int at = bytes.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes("epoch,step")) - 4;
        Assert.Equal(64, bytes[at]);
        bytes[at] = 65;
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        folder.Write("bad", bytes);
        Refused.With(() => run.Format.Read(folder["bad"], run.Checkpoint), folder["bad"], "65", "byte", "buffer.filled");
    }

    [Fact]
    public void One_of_another_network_is_refused()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]), other = new("sgd");
        Refused.With(() => other.Format.Read(folder["c"], other.Checkpoint), folder["c"], "another run");
    }

    [Fact]
    public void It_is_a_safetensors_file_that_any_reader_opens()
    {
        using TempFolder folder = new();
        using CheckpointTools run = Written(folder["c"]);
        SafeTensorsContent content = SafeTensors.Read(folder["c"]);
        NamedTensor weight = content.Tensors.First(t => t.Name == "0.weight");
        // The model is that of the averaged weights.
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
        // The notes are JSON inside of JSON: their quotation marks are escaped.
        byte[] from = Encoding.UTF8.GetBytes(was), to = Encoding.UTF8.GetBytes(becomes);
        int at = bytes.AsSpan().IndexOf(from);
        if (at < 0)
        {
            (from, to) = (Encoding.UTF8.GetBytes(was.Replace("\"", "\\\"", StringComparison.Ordinal)), Encoding.UTF8.GetBytes(becomes.Replace("\"", "\\\"", StringComparison.Ordinal)));
            at = bytes.AsSpan().IndexOf(from);
        }
        Assert.True(at >= 0 && from.Length == to.Length, was);
        to.CopyTo(bytes, at);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        return bytes;
    }
}
