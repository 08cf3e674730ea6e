using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Joule.Data;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

[Collection("signals")]
public sealed class TrainCommandTests(TinyRun tiny)
{
    [Fact]
    public void A_run_leaves_every_file()
    {
        string[] files =
        [
            "config.json", "metrics.csv", "loss.png", "model.safetensors", "buffer.safetensors", "summary.json",
            "samples/epoch-0001.png", "samples/epoch-0002.png",
        ];
        foreach (string file in files)
            Assert.True(File.Exists(Path.Combine(tiny.Run, file)), file);
        Assert.Equal([1, 2], MetricsTable.Read(Path.Combine(tiny.Run, "metrics.csv")).Select(row => row.Epoch));
    }

    [Fact]
    public void Json_is_one_line_and_text_goes_to_the_other_stream()
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = tiny.Train("--out", folder.File("run"), "--epochs", "1", "--json");
        Assert.Equal(0, code);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["run", "epochs", "steps", "seconds", "val_cd", "loss", "cd", "rollbacks", "warnings"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(folder.File("run"), json.GetProperty("run").GetString());
        Assert.Equal((1, 3), (json.GetProperty("epochs").GetInt32(), json.GetProperty("steps").GetInt32()));
        Assert.Contains("epoch 1/1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_gives_one_model_for_any_number_of_threads_and_another_seed_another()
    {
        using TemporaryFolder folder = new();
        byte[] Model(string name, params string[] args)
        {
            Assert.Equal(0, tiny.Train(["--out", folder.File(name), "--epochs", "2", "--quiet", .. args]).Code);
            return File.ReadAllBytes(Path.Combine(folder.File(name), "model.safetensors"));
        }

        byte[] one = Model("a", "--threads", "1");
        Assert.Equal(one, Model("b", "--threads", "2"));
        Assert.NotEqual(one, Model("c", "--seed", "2"));
    }

    [Fact]
    public void The_written_configuration_gives_the_same_run()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = JouleProgramTests.Invoke(
            "train", "--config", Path.Combine(tiny.Run, "config.json"), "--out", folder.File("again"));
        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllBytes(tiny.Model), File.ReadAllBytes(Path.Combine(folder.File("again"), "model.safetensors")));
    }

    [Fact]
    public void An_array_of_an_archive_is_kept_whole_in_the_configuration()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("a.npy"), [3, TinyRun.Side * TinyRun.Side],
            [.. Enumerable.Range(0, 3 * TinyRun.Side * TinyRun.Side).Select(i => (byte)i)]);
        using (ZipArchive archive = ZipFile.Open(folder.File("a.npz"), ZipArchiveMode.Create))
            archive.CreateEntryFromFile(folder.File("a.npy"), "x.npy");
        string[] line = [.. tiny.Line("--epochs", "0", "--out", folder.File("run"))
            .Select(word => word == tiny.Data ? Path.Combine(folder.Path, ".", "a.npz:x") : word)];
        (int code, _, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == 0, error);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.File("run"), "config.json")));
        Assert.Equal(folder.File("a.npz:x"), config.RootElement.GetProperty("data").GetProperty("source").GetString());
    }

    [Fact]
    public void No_epochs_write_the_model_before_training()
    {
        using TemporaryFolder folder = new();
        (int code, string output, _) = tiny.Train("--out", folder.File("run"), "--epochs", "0", "--json");
        Assert.Equal(0, code);
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(output).RootElement.GetProperty("val_cd").ValueKind);
        Assert.True(File.Exists(Path.Combine(folder.File("run"), "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(folder.File("run"), "loss.png")));
    }

    [Theory]
    [InlineData("1000000", "0.001", true)]
    [InlineData("1", "100", false)]
    [InlineData(null, "0.001", true)]
    public void A_run_ends_at_its_time_or_its_epochs_whichever_is_first(string? epochs, string minutes, bool byTime)
    {
        using TemporaryFolder folder = new();
        string[] named = epochs is null ? [] : ["--epochs", epochs];
        (int code, string output, string error) = tiny.Train(["--out", folder.File("run"), "--time", minutes, "--json", .. named]);
        Assert.True(code == 0, error);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        if (byTime)
            Assert.InRange(json.GetProperty("seconds").GetDouble(), 0.06, 30);
        else
            Assert.Equal(1, json.GetProperty("epochs").GetInt32());
    }

    [Theory]
    [InlineData("--epochs 1 plans the cosine schedule of the learning rate for 1 epoch instead of 6.", "cosine", "6", "1")]
    [InlineData("--epochs 2 plans the steps schedule of the learning rate for 2 epochs instead of 1.", "steps", "1", "2")]
    [InlineData(null, "cosine", "2", "2")]
    [InlineData(null, "constant", "6", "1")]
    [InlineData(null, "cosine", "6", "0")]
    public void A_note_says_when_epochs_change_the_learning_rate_schedule(string? expected, string schedule, string planned, string epochs)
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = tiny.Train("--out", folder.File("run"), "--set", $"training.schedule.type={schedule}",
            "--set", $"training.epochs={planned}", "--epochs", epochs, "--quiet");
        Assert.Equal(0, code);
        if (expected is null)
            Assert.DoesNotContain(" plans the ", error, StringComparison.Ordinal);
        else
            Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_hides_progress_and_no_warning()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = tiny.Train(
            "--out", folder.File("run"), "--epochs", "3", "--set", "training.optimizer.learning_rate=1e30", "--rollbacks", "1", "--quiet");
        Assert.Equal(ExitCodes.Failure, code);
        Assert.Contains("rollback at update", error, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch 1/3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diverging_run_names_what_it_keeps()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = tiny.Train(
            "--out", folder.File("run"), "--epochs", "3", "--set", "training.optimizer.learning_rate=1e30");
        Assert.Equal(ExitCodes.Failure, code);
        Assert.Matches("The training has diverged: .* became ", error);
        Assert.Matches("last good state is .*good-000000000.ckpt", error);
    }

    [Theory]
    [InlineData("did you mean|Did you mean \"seed\"", "train", "sede")]
    [InlineData("--epochs expects a whole number", "train", "seed", "--epochs", "-1")]
    [InlineData("training.epochs is -3", "train", "seed", "--set", "training.epochs=-3")]
    [InlineData("Did you mean \"epochs\"", "train", "seed", "--set", "training.epoch=3")]
    [InlineData("training.batch is \"x\"", "train", "seed", "--set", "training.batch=x")]
    [InlineData("--set expects key=value", "train", "seed", "--set", "training.batch")]
    [InlineData("no configuration file", "train", "--config", "/no/such/file.json")]
    [InlineData("neither a dataset nor a file", "train", "--data", "/no/such/folder")]
    [InlineData("Did you mean \"mnist\"", "train", "--data", "mnits")]
    [InlineData("--time expects a number", "train", "--time", "-1")]
    public void What_cannot_be_trained_is_an_error_and_writes_nothing(string expected, params string[] line)
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = JouleProgramTests.Invoke([.. line, "--out", folder.File("deep/run")]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Matches(expected, error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_network_that_does_not_fit_the_images_writes_nothing()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = tiny.Train("--out", folder.File("run"), "--set", """energy.layers=[{"type":"dense","outputs":3}]""");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("an energy is one number", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_signal_stops_the_run_and_the_folder_holds_the_model()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        using TemporaryFolder folder = new();
        int sent = 0;
        using Timer timer = new(_ =>
        {
            if (File.Exists(Path.Combine(folder.File("run"), "metrics.csv")) && Interlocked.Exchange(ref sent, 1) == 0)
                Process.Start("kill", ["-TERM", Environment.ProcessId.ToString()])?.Dispose();
        }, null, 50, 50);
        (int code, string output, string error) = tiny.Train("--out", folder.File("run"), "--epochs", "1000000", "--json");
        Assert.Equal(ExitCodes.Terminated, code);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
        Assert.Contains("joule train --resume " + folder.File("run"), error, StringComparison.Ordinal);
        Assert.Equal(0, JouleProgramTests.Invoke("info", folder.File("run")).Code);
    }

    [Fact]
    public void A_folder_with_a_run_is_left_alone()
    {
        byte[] before = File.ReadAllBytes(tiny.Model);
        (int code, _, string error) = tiny.Train("--out", tiny.Run, "--seed", "9");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("holds another run", error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(tiny.Model));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "");
        (int code, _, string error) = tiny.Train("--out", folder.File("file/run"));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut short", 20)]
    [InlineData("magic number", -1)]
    public void A_damaged_file_of_images_is_an_error_and_writes_nothing(string expected, int length)
    {
        using TemporaryFolder folder = new();
        byte[] whole = File.ReadAllBytes(Path.Combine(tiny.Data, "train-images-idx3-ubyte"));
        if (length < 0)
            whole[3] = 9;
        File.WriteAllBytes(folder.File("images"), length < 0 ? whole : whole[..length]);
        (int code, _, string error) = JouleProgramTests.Invoke(
            "train", "seed", "--data", folder.File("images"), "--out", folder.File("run"));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("run")));
    }
}
