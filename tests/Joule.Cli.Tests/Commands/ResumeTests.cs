using System.Diagnostics;
using Joule.Compute;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule train --resume</c>, and what interrupted runs leave behind.</summary>
[Collection("signals")]
public sealed class ResumeTests(TinyRun tiny)
{
    [Theory]
    [InlineData("adam", "buffer", "1")]
    [InlineData("sgd", "data", "2")]
    [InlineData("rmsprop", "noise", "1")]
    public void A_stopped_and_resumed_run_equals_an_uninterrupted_one(string optimizer, string source, string threads)
    {
        using TemporaryFolder folder = new();
        string[] line =
        [
            "--set", $"training.optimizer.type={optimizer}", "--set", $"objective.negatives.type={source}",
            "--set", "training.average_weights=0.9", "--set", "training.schedule.type=cosine", "--epochs", "6", "--quiet",
        ];
        Assert.Equal(0, tiny.Train([.. line, "--out", folder.File("whole")]).Code);
        // The run is cut after its first step and after three epochs.
        Assert.Equal(0, tiny.Train([.. line, "--out", folder.File("cut"), "--time", "0", "--threads", threads]).Code);
        for (int end = 3; end <= 6; end += 3)
        {
            (int code, _, string error) = Resume(
                folder.File("cut"), "--epochs", $"{end}", "--quiet", "--threads", threads == "1" ? "2" : "1");
            Assert.True(code == 0, error);
        }
        RunFiles.AssertSame(folder.File("whole"), folder.File("cut"));
        RunFiles.AssertWhole(folder.File("cut"));
    }

    [Fact]
    public void A_repeatedly_killed_run_ends_the_same()
    {
        using TemporaryFolder folder = new();
        const int kills = 10;
        string[] line = ["--epochs", "400", "--checkpoint-every", "0.1s", "--quiet"];
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(0, tiny.Train([.. line, "--out", folder.File("whole")]).Code);
        TimeSpan whole = clock.Elapsed;
        string run = folder.File("run");
        RandomStream moments = new(11, RandomPurpose.User, 0);
        int resumed = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using ChildJoule child = new(Next(run, line));
            // Half of the kills are timed from the start of the process, half from a new checkpoint, in fractions of the whole run's time.
            // So the run advances on a slow machine, and does not finish before the kills on a fast one.
            string? before = Newest(run);
            bool isNew = kill % 2 == 0;
            if (isNew)
                WaitUntil(() => child.HasExited || Newest(run) != before);
            Thread.Sleep((isNew ? whole / 8 : TimeSpan.FromSeconds(0.5)) * moments.Uniform(0, kill));
            child.Kill();
            RunFiles.AssertWhole(run);
            resumed += Newest(run) == before ? 0 : 1;
        }
        Assert.True(resumed > 1, "No two kills came after a new checkpoint.");
        using ChildJoule last = new(Next(run, line));
        (int code, _, string error) = last.Wait();
        Assert.True(code == 0, error);
        RunFiles.AssertSame(folder.File("whole"), run);
        Assert.InRange(RunFiles.Checkpoints(run).Length, 1, 3);
        Assert.Empty(Directory.GetFiles(run, ".*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_signal_ends_a_run_with_a_checkpoint_and_the_command_to_resume()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        ReadOnlySpan<(string, int)> signals =
            [("INT", ExitCodes.Cancelled), ("TERM", ExitCodes.Terminated), ("HUP", ExitCodes.HungUp)];
        foreach ((string signal, int code) in signals)
        {
            if (signal != "TERM" && ChildJoule.IsIgnored(signal == "INT" ? 2 : 1))
                continue;
            string[] args = Directory.Exists(run) ? ["train", "--resume", run] : tiny.Line("--out", run, "--epochs", "100000");
            using ChildJoule child = new(args);
            string metrics = Path.Combine(run, "metrics.csv");
            DateTime before = File.Exists(metrics) ? File.GetLastWriteTimeUtc(metrics) : default;
            WaitUntil(() => child.HasExited || (File.Exists(metrics) && File.GetLastWriteTimeUtc(metrics) > before));
            child.Signal(signal);
            (int given, _, string error) = child.Wait();
            Assert.Equal(code, given);
            Assert.EndsWith($"Resume with: joule train --resume {run}\n", error, StringComparison.Ordinal);
            RunFiles.AssertWhole(run);
            Assert.NotEmpty(RunFiles.Checkpoints(run));
        }
    }

    [Theory]
    [InlineData("TERM", "sampling.steps=10000000", 3)]
    [InlineData("HUP", "sampling.steps=10000000", 3)]
    [InlineData("TERM", "objective.negatives.steps=1000000", 0)]
    [InlineData("HUP", "objective.negatives.steps=1000000", 0)]
    public void A_signal_takes_effect_while_samples_are_drawn_and_within_a_long_update(string signal, string change, int steps)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        Assert.SkipWhen(signal == "HUP" && ChildJoule.IsIgnored(1), "SIGHUP is ignored in this process.");
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        // Padded, so that no machine finishes the first update's million steps before the signal.
        string pad = $"data.pad={(steps == 0 ? 60 : 1)}";
        using ChildJoule child = new(tiny.Line("--out", run, "--epochs", "2", "--threads", "1", "--set", change, "--set", pad));
        WaitUntil(() => child.HasExited || File.Exists(Path.Combine(run, "config.json")));
        Thread.Sleep(1500);
        Stopwatch clock = Stopwatch.StartNew();
        child.Signal(signal);
        (int code, _, string error) = child.Wait();
        // It takes a tenth of a second, longer on a busy machine; a signal that is ignored takes minutes.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"heard after {clock.Elapsed}");
        Assert.Equal(signal == "HUP" ? ExitCodes.HungUp : ExitCodes.Terminated, code);
        Assert.Contains(
            $"stopped after {steps} steps (0 epochs). Resume with: joule train --resume {run}\n", error, StringComparison.Ordinal);
        RunFiles.AssertWhole(run);
        Assert.EndsWith($"step-{steps:D9}.ckpt", Assert.Single(RunFiles.Checkpoints(run)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_under_nohup_survives_its_terminal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nohup exists on Unix only.");
        using TemporaryFolder folder = new();
        string run = folder.File("run"), metrics = Path.Combine(run, "metrics.csv");
        using ChildJoule child = ChildJoule.InShell("exec nohup $JOULE", tiny.Line("--out", run, "--epochs", "100000", "--threads", "1"));
        WaitUntil(() => child.HasExited || File.Exists(metrics));
        child.Signal("HUP");
        DateTime then = DateTime.UtcNow;
        WaitUntil(() => child.HasExited || File.GetLastWriteTimeUtc(metrics) > then + TimeSpan.FromSeconds(0.5));
        Assert.False(child.HasExited);
        child.Signal("TERM");
        Assert.Equal(ExitCodes.Terminated, child.Wait().Code);
    }

    [Fact]
    public void The_same_command_again_offers_to_resume_and_another_one_does_not()
    {
        using TemporaryFolder folder = new();
        string run = Stopped(folder);
        (int code, string output, string error) = tiny.Train("--out", run, "--epochs", "3");
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(
            $"already holds this run, unfinished. Resume it: joule train --resume {run}.", error, StringComparison.Ordinal);
        (code, _, error) = tiny.Train("--out", run, "--epochs", "3", "--seed", "5");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("an unfinished run of another configuration", error, StringComparison.Ordinal);
        Assert.Equal(0, Resume(run, "--quiet").Code);
        (code, output, _) = Resume(run, "--quiet");
        Assert.Equal(0, code);
        Assert.Contains("is finished (3 epochs)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cosine", true)]
    [InlineData("constant", false)]
    public void Epochs_after_the_end_of_a_schedule_are_warned_of(string schedule, bool isSaid)
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        (int code, _, string error) = tiny.Train("--out", run, "--epochs", "2", "--set", $"training.schedule.type={schedule}");
        Assert.Equal(0, code);
        Assert.DoesNotContain("learning-rate schedule has ended", error, StringComparison.Ordinal);
        (code, _, error) = Resume(run, "--epochs", "3", "--quiet");
        Assert.Equal(0, code);
        Assert.Equal(isSaid, error.Contains("learning-rate schedule has ended: the rate is 0 after 2 epochs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--seed", "--seed", "3")]
    [InlineData("--set", "--set", "training.batch=3")]
    [InlineData("--set data.source (if its images have moved, give their new place with --data)", "--set", "data.source=x")]
    [InlineData("--out", "--out", "x")]
    [InlineData("the preset digits", "digits")]
    [InlineData("--checkpoint-every expects", "--checkpoint-every", "0")]
    [InlineData("--best expects one of val_cd", "--best", "fid")]
    [InlineData("has already made 2 epochs", "--epochs", "1")]
    [InlineData("has already taken", "--time", "0")]
    public void Options_that_conflict_with_resume_are_an_error(string expected, params string[] further)
    {
        byte[] before = File.ReadAllBytes(tiny.Model);
        (int code, _, string error) = Resume(tiny.Run, further);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(tiny.Run, "summary.json")));
        Assert.Equal(before, File.ReadAllBytes(tiny.Model));
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_is_used()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        Assert.Equal(0, tiny.Train("--out", folder.File("whole"), "--epochs", "4", "--quiet").Code);
        Assert.Equal(0, tiny.Train("--out", run, "--set", "training.epochs=4", "--time", "0", "--quiet").Code);
        Assert.Equal(0, Resume(run, "--epochs", "2", "--quiet").Code);
        string newest = RunFiles.Checkpoints(run).Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(newest, bytes);
        File.Delete(Path.Combine(run, "checkpoints", "best.ckpt"));
        (int code, _, string error) = Resume(run, "--epochs", "4");
        Assert.True(code == 0, error);
        Assert.Contains($"joule: warning: {newest}, byte {bytes.Length - 32}: ", error, StringComparison.Ordinal);
        Assert.Contains("the checkpoint is damaged", error, StringComparison.Ordinal);
        RunFiles.AssertSame(folder.File("whole"), run);
    }

    [Fact]
    public void Other_images_are_an_error()
    {
        using TemporaryFolder folder = new();
        foreach (string file in Directory.GetFiles(tiny.Data))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        string run = folder.File("run");
        Assert.Equal(0, JouleProgramTests.Invoke(
            [.. tiny.Line("--out", run, "--epochs", "1", "--quiet").Select(a => a == tiny.Data ? folder.Path : a)]).Code);
        IdxFile.WriteImages(folder.File("train-images-idx3-ubyte"), TinyRun.Images(TinyRun.TrainCount - 1));
        (int code, _, string error) = Resume(run, "--epochs", "2");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("are not those that the run", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_images_moved_resumes_with_the_new_path_and_remembers_it()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run"), old = folder.File("old"), moved = folder.File("moved"), config = Path.Combine(run, "config.json");
        Directory.CreateDirectory(old);
        foreach (string file in Directory.GetFiles(tiny.Data))
            File.Copy(file, Path.Combine(old, Path.GetFileName(file)));
        Assert.Equal(0, tiny.Train("--epochs", "4", "--out", folder.File("whole"), "--quiet").Code);
        string[] line = tiny.Line("--set", "training.epochs=4", "--time", "0", "--out", run, "--quiet");
        Assert.Equal(0, JouleProgramTests.Invoke([.. line.Select(a => a == tiny.Data ? old : a)]).Code);
        string before = File.ReadAllText(config);
        Directory.Move(old, moved);

        (int code, _, string error) = Resume(run, "--epochs", "3");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains($"\"{old}\" is neither a dataset nor a file or folder", error, StringComparison.Ordinal);
        Assert.Contains($"give their new place: joule train --resume {run} --data NAME|PATH", error, StringComparison.Ordinal);
        (code, _, error) = Resume(run, "--epochs", "3", "--quiet", "--data", moved);
        Assert.True(code == 0, error);
        // The new path is remembered, and the configuration is unchanged.
        (code, _, error) = Resume(run, "--epochs", "4", "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal(before, File.ReadAllText(config));
        Assert.Equal(moved, Runs.Model.Describe(run).Config.Data.Source);
        Assert.Equal(0, JouleProgramTests.Invoke("evaluate", run, "--quiet").Code);
        // Except for the name of the images, the model is that of a run whose images stayed in place.
        NamedTensor[] expected = [.. SafeTensors.Read(Path.Combine(folder.File("whole"), "model.safetensors")).Tensors];
        NamedTensor[] actual = [.. SafeTensors.Read(Path.Combine(run, "model.safetensors")).Tensors];
        Assert.Equal(expected.Select(t => t.Name), actual.Select(t => t.Name));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Floats, pair.Second.Floats));
        File.Copy(Path.Combine(run, "model.safetensors"), Path.Combine(folder.File("whole"), "model.safetensors"), overwrite: true);
        RunFiles.AssertSame(folder.File("whole"), run);
    }

    [Fact]
    public void A_run_does_not_resume_with_other_images()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run"), other = folder.File("other");
        Assert.Equal(0, tiny.Train("--epochs", "1", "--out", run, "--quiet").Code);
        Directory.CreateDirectory(other);
        IdxFile.WriteImages(Path.Combine(other, "train-images-idx3-ubyte"), TinyRun.Images(TinyRun.TrainCount - 1));
        IdxFile.WriteImages(Path.Combine(other, "t10k-images-idx3-ubyte"), TinyRun.Images(TinyRun.TestCount));
        string before = File.ReadAllText(Path.Combine(run, "run.json"));
        (int code, _, string error) = Resume(run, "--epochs", "2", "--data", other);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(
            $"The images of {other} are not those that the run {run} started with, those of {tiny.Data}:", error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(run, "run.json")));
        Assert.True(File.Exists(Path.Combine(run, "summary.json")));
        (code, _, error) = Resume(run, "--data", other);
        Assert.Equal(0, code);
        Assert.Contains("--data was ignored", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_on_a_run_is_told_who_holds_it()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        using ChildJoule child = new(tiny.Line("--out", run, "--epochs", "100000", "--quiet"));
        WaitUntil(() => child.HasExited || File.Exists(Path.Combine(run, "metrics.csv")));
        (int code, _, string error) = Resume(run);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains($"in use by process {child.Id} on {Environment.MachineName}, since 20", error, StringComparison.Ordinal);
        child.Kill();
        // The lock of the dead process is taken over.
        Assert.True(File.Exists(Path.Combine(run, "lock.json")));
        (code, _, error) = Resume(run, "--epochs", "100001", "--time", "0.0001", "--quiet");
        Assert.DoesNotContain("in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_lost_during_the_run_ends_it_with_code_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot delete a folder in use.");
        using TemporaryFolder folder = new();
        string run = folder.File("run"), moved = folder.File("moved");
        using ChildJoule child = new(tiny.Line("--out", run, "--epochs", "100000", "--checkpoint-every", "0.1s", "--quiet"));
        WaitUntil(() => child.HasExited || Newest(run) is not null);
        Directory.Move(run, moved);
        (int code, _, string error) = child.Wait();
        Assert.Equal(ExitCodes.Failure, code);
        Assert.Contains("Cannot write", error, StringComparison.Ordinal);
        Assert.Contains("The run stopped after", error, StringComparison.Ordinal);
        RunFiles.AssertWhole(moved);
        Assert.NotEmpty(RunFiles.Checkpoints(moved));
    }

    [Fact]
    public void A_disk_that_fills_up_ends_the_run_with_code_1_and_a_whole_checkpoint()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a small disk.");
        using TemporaryFolder folder = new();
        string disk = folder.File("disk"), run = Path.Combine(disk, "run");
        Directory.CreateDirectory(disk);
        using Process mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]);
        mount.WaitForExit();
        Assert.SkipUnless(mount.ExitCode == 0, "No small disk can be mounted here.");
        try
        {
            using ChildJoule child = new(tiny.Line("--out", run, "--epochs", "300", "--checkpoint-every", "0.1s", "--quiet"));
            WaitUntil(() => child.HasExited || Newest(run) is not null);
            string filler = Path.Combine(disk, "filler");
            Assert.Throws<IOException>(() => File.WriteAllBytes(filler, new byte[65 << 20]));
            (int code, _, string error) = child.Wait();
            Assert.Equal(ExitCodes.Failure, code);
            Assert.Contains("the disk is full", error, StringComparison.Ordinal);
            Assert.Contains($"Resume with: joule train --resume {run}", error, StringComparison.Ordinal);
            RunFiles.AssertWhole(run);
            Assert.NotEmpty(RunFiles.Checkpoints(run));
            File.Delete(filler);
            (code, _, error) = Resume(run, "--quiet");
            Assert.True(code == 0, error);
            Assert.Equal(0, tiny.Train("--out", folder.File("whole"), "--epochs", "300", "--quiet").Code);
            RunFiles.AssertSame(folder.File("whole"), run);
        }
        finally
        {
            using Process unmount = Process.Start("umount", ["-l", disk]);
            unmount.WaitForExit();
        }
    }

    private static string? Newest(string run) =>
        Directory.Exists(Path.Combine(run, "checkpoints")) ? RunFiles.Checkpoints(run).Order(StringComparer.Ordinal).LastOrDefault() : null;

    private static void WaitUntil(Func<bool> condition)
    {
        for (int i = 0; i < 6000 && !condition(); i++)
            Thread.Sleep(10);
    }

    private static (int Code, string Output, string Error) Resume(string run, params string[] further) =>
        JouleProgramTests.Invoke(["train", "--resume", run, .. further]);

    private string[] Next(string run, string[] line) =>
        File.Exists(Path.Combine(run, "config.json")) ? ["train", "--resume", run, "--quiet"] : tiny.Line([.. line, "--out", run]);

    // A run of three epochs that was killed before it could record that it is finished.
    private string Stopped(TemporaryFolder folder)
    {
        string run = folder.File("run");
        Assert.Equal(0, tiny.Train("--out", run, "--epochs", "3", "--quiet").Code);
        File.Delete(Path.Combine(run, "summary.json"));
        return run;
    }
}
