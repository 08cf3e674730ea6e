using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule chain --resume</c>, and what stopped runs leave behind.</summary>
[Collection("signals")]
public sealed class ChainResumeTests(TinyRun tiny)
{
    private static readonly string[] Line =
    [
        "chain", "gaussian", "--sampler", "nuts", "--set", "energy.dimensions=3", "--clamp", "x1=0.25", "--chains", "2", "--draws", "1000",
        "--thin", "40", "--warmup", "400", "--seed", "9",
    ];

    [Theory]
    [InlineData("INT", ExitCodes.Cancelled)]
    [InlineData("TERM", ExitCodes.Terminated)]
    [InlineData("KILL", null)]
    public void A_stopped_or_killed_run_ends_as_a_whole_one(string signal, int? code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        Assert.SkipWhen(signal == "INT" && ChildJoule.IsIgnored(2), "SIGINT is ignored in this process.");
        using TemporaryFolder folder = new();
        string whole = folder.File("whole"), cut = folder.File("cut"), checkpoints = Path.Combine(cut, "checkpoints");
        string[] started = [.. Line, "--out", cut, "--checkpoint-every", "0.05s"];
        Assert.Equal(0, Run([.. Line, "--out", whole, "--quiet"]).Code);
        for (int part = 0; part < 2; part++)
        {
            using ChildJoule child = new(part == 0 ? [.. started, "--threads", "1"] : ["chain", "--resume", cut]);
            string? before = Newest(checkpoints);
            while (!child.HasExited && Newest(checkpoints) == before)
                Thread.Sleep(5);
            Stopwatch clock = Stopwatch.StartNew();
            child.Signal(signal);
            (int given, string output, string error) = child.Wait();
            Assert.NotNull(Newest(checkpoints));
            Assert.Equal("", output);
            if (code is null)
                continue;
            // It takes a few hundredths of a second, longer on a busy machine.
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"heard after {clock.Elapsed}");
            Assert.Equal(code, given);
            Assert.Matches($"joule: stopped after [0-9,]+ of 40,400 steps[.] Resume with: joule chain --resume {cut}\n$", error);
        }
        Refused($"it holds a run of chains, unfinished. Resume it: joule chain --resume {cut}", started);
        (int last, _, string said) = Run("chain", "--resume", cut, "--threads", "2");
        Assert.True(last == 0, said);
        Assert.Matches($"^Resuming from {checkpoints}/step-[0-9]{{9}}[.]ckpt[.]\n", said);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "draws.npz")), File.ReadAllBytes(Path.Combine(cut, "draws.npz")));
        Assert.Equal(Summary(whole), Summary(cut));
        Assert.Equal(Files(whole), Files(cut));
        Assert.DoesNotContain("draws.part", Files(cut));
    }

    [Fact]
    public void A_finished_run_says_so_and_shows_its_results_again()
    {
        using TemporaryFolder folder = new();
        string[] line = ["chain", "banana", "--clamp", "x0=2", "--draws", "50", "--out", folder.File("a"), "--quiet"];
        (int code, string output, _) = Run(line);
        Assert.Equal(0, code);
        (code, string again, string error) = Run("chain", "--resume", folder.File("a"));
        Assert.Equal((0, ""), (code, error));
        // The step size is not kept.
        IEnumerable<string> kept = output.Split('\n').Where(l => !l.StartsWith("step size", StringComparison.Ordinal));
        Assert.Equal(kept.Prepend($"The run in {folder.File("a")} is finished."), again.Split('\n'));
        string?[] files = Files(folder.File("a"));
        Directory.CreateDirectory(folder.File("a/checkpoints"));
        File.WriteAllText(folder.File("a/draws.part"), "left by a process that was killed");
        (code, output, error) = Run("chain", "--resume", folder.File("a"), "--json");
        Assert.Equal(files, Files(folder.File("a")));
        Assert.Equal((0, $"The run in {folder.File("a")} is finished.\n"), (code, error));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(output), JsonNode.Parse(File.ReadAllText(folder.File("a/summary.json")))));
        Refused("is not empty. Give a new", line);
        File.WriteAllText(folder.File("a/summary.json"), "{}");
        Refused("summary.json cannot be read", "chain", "--resume", folder.File("a"));
    }

    [Fact]
    public void Without_a_folder_a_stopped_run_says_that_the_draws_are_lost()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        using ChildJoule child = ChildJoule.InShell("exec $JOULE", "chain", "funnel", "--draws", "5000000", "--threads", "1");
        Thread.Sleep(1500);
        child.Signal("TERM");
        (int code, _, string error) = child.Wait();
        Assert.Equal(ExitCodes.Terminated, code);
        Assert.EndsWith("joule: stopped; the draws are lost. --out DIR keeps them: a run that is stopped can then be resumed.\n", error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the energy funnel cannot be given with it", "funnel")]
    [InlineData("--seed cannot", "--seed", "1")]
    [InlineData("--set cannot", "--set", "step_size=1")]
    [InlineData("--clamp cannot", "--clamp", "x0=1")]
    [InlineData("--draws cannot", "--draws", "7")]
    [InlineData("--out cannot", "--out", "elsewhere")]
    [InlineData("--checkpoint-every expects minutes (5 or 5m), seconds (90s) or hours (1h), above 0, given '2e'",
        "--checkpoint-every", "2e")]
    public void Options_that_conflict_with_resume_are_an_error(string expected, params string[] further) =>
        Refused(expected, ["chain", "--resume", "runs/none", .. further]);

    [Fact]
    public void A_folder_without_chains_is_named_and_so_is_a_file()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "x");
        Refused("holds no run of chains: there is no chain.json in it. Start one with", "chain", "--resume", folder.File("none"));
        Refused($"It holds a training: resume it with: joule train --resume {tiny.Run}", "chain", "--resume", tiny.Run);
        Refused("is a file, and a run of chains is a folder", "chain", "--resume", folder.File("file"));
        Refused("--checkpoint-every needs a folder", "chain", "gaussian", "--checkpoint-every", "1m");
        Refused("No energy is given", "chain");
    }

    [Fact]
    public void A_model_that_changed_or_is_missing_is_an_error()
    {
        using TemporaryFolder folder = new();
        string model = folder.File("model.safetensors"), chains = folder.File("chains");
        File.Copy(tiny.Model, model);
        Stop(chains, "chain", model, "--sampler", "mala", "--draws", "100000", "--thin", "50");
        byte[] bytes = File.ReadAllBytes(model);
        File.WriteAllBytes(model, [.. bytes.AsSpan(0, bytes.Length - 1), (byte)(bytes[^1] ^ 1)]);
        Refused("has changed since the run started", "chain", "--resume", chains);
        File.Delete(model);
        Refused("is missing. Put it back", "chain", "--resume", chains);
    }

    [Fact]
    public void Changed_settings_and_damaged_files_are_named()
    {
        using TemporaryFolder folder = new();
        string chains = folder.File("chains"), settings = Path.Combine(chains, "chain.json");
        Stop(chains, Line);
        string text = File.ReadAllText(settings);
        foreach ((string was, string becomes, string expected) in (ReadOnlySpan<(string, string, string)>)
        [
            ("\"seed\": 9", "\"seed\": 8", "No checkpoint in"),
            ("\"x1\": 0.25", "\"x1\": 0.5", "No checkpoint in"),
            ("\"dimensions\": 3", "\"dimensions\": 4", "No checkpoint in"),
            ("\"version\": 1", "\"version\": 9", "it has version 9"),
            ("\"nuts\"", "\"nut\"", "did you mean \"nuts\"?"),
            ("\"draws\": 1000", "\"draws\": 0", "draws is 0"),
            ("\"energy\": {", "\"energy\": [], \"x\": {", "it names no energy"),
            ("{", "", "chain.json cannot be read"),
        ])
        {
            Assert.Contains(was, text, StringComparison.Ordinal);
            File.WriteAllText(settings, new System.Text.RegularExpressions.Regex(
                System.Text.RegularExpressions.Regex.Escape(was)).Replace(text, becomes, 1));
            Refused(expected, "chain", "--resume", chains);
        }
        File.WriteAllText(settings, text);
        foreach (string file in Directory.GetFiles(Path.Combine(chains, "checkpoints")))
            File.WriteAllBytes(file, File.ReadAllBytes(file).AsSpan()[1..]);
        Refused("can be used. Remove that folder to start the run from its beginning.", "chain", "--resume", chains);
    }

    [Fact]
    public void A_run_that_fails_before_its_first_checkpoint_leaves_the_folder_free()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = Run(
            "chain", "rosenbrock", "--sampler", "underdamped", "--set", "step_size=1000", "--out", folder.File("a"), "--quiet");
        Assert.Equal(ExitCodes.Failure, code);
        Assert.Contains(" became ", error, StringComparison.Ordinal);
        Assert.Equal([".lock"], Directory.GetFileSystemEntries(folder.File("a")).Select(Path.GetFileName));
        Assert.Equal(0, Run("chain", "gaussian", "--draws", "20", "--out", folder.File("a"), "--quiet").Code);
    }

    // Starts a long run and stops it after its first checkpoint.
    private static void Stop(string folder, params string[] line)
    {
        using ChildJoule child = new([.. line, "--out", folder, "--checkpoint-every", "0.05s", "--threads", "1"]);
        while (!child.HasExited && Newest(Path.Combine(folder, "checkpoints")) is null)
            Thread.Sleep(5);
        child.Kill();
        Assert.NotNull(Newest(Path.Combine(folder, "checkpoints")));
    }

    private static string? Newest(string checkpoints) =>
        Directory.Exists(checkpoints) ? Directory.GetFiles(checkpoints, "*.ckpt").Order(StringComparer.Ordinal).LastOrDefault() : null;

    private static string?[] Files(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)];

    private static string Summary(string folder)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!.AsObject();
        Assert.True(json["seconds"]!.GetValue<double>() > 0);
        json.Remove("seconds");
        return json.ToJsonString();
    }

    private static void Refused(string expected, params string[] line)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] line) => JouleProgramTests.Invoke(line);
}
