using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule chain</c>: chains on built-in energies and on models.</summary>
public sealed class ChainCommandTests(TinyRun tiny)
{
    [Fact]
    public void It_prints_each_parameter_beside_the_true_values()
    {
        (int code, string output, string error) = Run("chain", "gaussian", "--set", "energy.dimensions=3", "--draws", "200", "--quiet");
        Assert.Equal((0, ""), (code, error));
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Matches("^gaussian: 4 chains of 200 draws after 1,000 steps of warm-up, by nuts, ", lines[0]);
        Assert.Matches("^step size [0-9.]+, adapted in the warm-up$", lines[1]);
        Assert.Matches("^acceptance 0[.][0-9]+; 0 divergent proposals of 800$", lines[2]);
        Assert.Matches("^parameter +mean +sd +MCSE +5% +95% +ESS bulk +ESS tail +R-hat +true mean +true sd +z$", lines[4]);
        Assert.Equal(3, lines.Length - 7);
        Assert.StartsWith("x2 ", lines[^3], StringComparison.Ordinal);
        Assert.Matches(
            "^energy error 0[.][0-9]+ nats, the mean .ΔH.; E-BFMI (0[.][89]|1[.][01])[0-9], the lowest of the chains$", lines[^2]);
        Assert.Matches("^autocorrelation time [0-9.]+ to [0-9.]+ draws$", lines[^1]);
    }

    [Fact]
    public void Json_has_every_key_and_true_values_within_their_errors()
    {
        (int code, string output, _) = Run("chain", "gaussian", "--sampler", "hmc", "--chains", "6", "--draws", "500", "--json", "--quiet");
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["energy", "sampler", "chains", "draws", "seconds", "acceptance", "divergent", "log_z", "parameters",
            "log_z_se", "energy_error", "e_bfmi"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("gaussian", "hmc", 6, 500), (json.GetProperty("energy").GetString(), json.GetProperty("sampler").GetString(),
            json.GetProperty("chains").GetInt32(), json.GetProperty("draws").GetInt32()));
        foreach (JsonElement parameter in json.GetProperty("parameters").EnumerateArray())
        {
            Assert.Equal(["name", "mean", "sd", "mcse", "q5", "q95", "ess_bulk", "ess_tail", "rhat", "true_mean", "true_sd", "z",
                "autocorrelation_time"], parameter.EnumerateObject().Select(p => p.Name));
            Assert.InRange(parameter.GetProperty("z").GetDouble(), -4, 4);
            Assert.InRange(parameter.GetProperty("rhat").GetDouble(), 0.99, 1.05);
        }
    }

    [Theory]
    [InlineData("ais", "inner.step_size=0.5")]
    [InlineData("smc", "particles=8")]
    public void Annealing_runs_estimate_ln_Z(string sampler, string change)
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = Run("chain", "gaussian_mixture", "--sampler", sampler, "--set", change, "--set",
            "temperatures=20", "--warmup", "60", "--draws", "100", "--out", folder.File("a"), "--quiet");
        Assert.True(code == 0, error);
        Assert.Matches("\nln Z is -?0[.][0-9]+ ± 0[.][0-9]+, 95% from -?[0-9.]+ to -?[0-9.]+; the true value is 0\n", output);
        Assert.Matches("\nweights of 400 runs, worth [0-9]+ equal ones\nacceptance within runs 0[.][0-9]+\npath of length ", output);
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder.File("a/summary.json"))).RootElement;
        double standardError = json.GetProperty("log_z_se").GetDouble();
        Assert.InRange(standardError, 1e-3, 0.1);
        Assert.Equal(0, json.GetProperty("log_z").GetDouble(), 4 * standardError);
        Assert.InRange(json.GetProperty("acceptance").GetDouble(), 0.3, 0.99);
    }

    [Fact]
    public void The_folder_has_the_draws_by_chain_and_the_summary()
    {
        using TemporaryFolder folder = new();
        string[] line =
            ["chain", "banana", "--sampler", "mala", "--chains", "3", "--warmup", "50", "--draws", "20", "--thin", "2", "--quiet"];
        Assert.Equal(0, Run([.. line, "--out", folder.File("a")]).Code);
        Assert.Equal(0, Run([.. line, "--out", folder.File("b"), "--threads", "1"]).Code);
        string draws = folder.File("a/draws.npz");
        Assert.Equal(["x0", "x1"], NpzFile.Names(draws));
        Assert.Equal([3, 20], NpzFile.Read(draws, "x1").Shape);
        Assert.Equal(File.ReadAllBytes(draws), File.ReadAllBytes(folder.File("b/draws.npz")));
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(folder.File("a/summary.json"))).RootElement;
        Assert.Equal(2, summary.GetProperty("parameters").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("log_z").ValueKind);
        Assert.Equal([".lock", "chain.json", "draws.npz", "landscape.png", "ranks.png", "summary.json", "traces.png"],
            Directory.GetFiles(folder.File("a")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(File.ReadAllBytes(folder.File("a/landscape.png")), File.ReadAllBytes(folder.File("b/landscape.png")));
        Refused("is not empty", [.. line, "--out", folder.File("a")]);
        Refused("is a file", [.. line, "--out", draws]);
    }

    [Fact]
    public void Chains_that_seek_modes_are_said_to_be_no_draws()
    {
        (int code, _, string error) = Run("chain", "gaussian", "--sampler", "descent", "--draws", "20", "--quiet");
        Assert.Equal(0, code);
        Assert.Equal("joule: warning: The chains of descent seek modes: they end in states of low energy, and are no draws from the "
            + "density.\n", error);
    }

    [Fact]
    public void Chains_that_act_on_each_other_have_no_errors_of_independent_ones()
    {
        (int code, string output, string error) = Run("chain", "gaussian", "--sampler", "stein", "--chains", "20", "--warmup", "100",
            "--draws", "5", "--quiet");
        Assert.Equal(0, code);
        Assert.Contains("joule: warning: The chains of stein act on each other", error, StringComparison.Ordinal);
        Assert.DoesNotContain("have not mixed", error, StringComparison.Ordinal);
        Assert.Matches("^x1( +[-0-9.e]+){2} +–( +[-0-9.e]+){2} +– +– +– +0 +1 +–$", output.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public void A_model_is_walked_too_and_a_given_step_size_is_kept()
    {
        (int code, string output, string error) = Run(
            "chain", tiny.Run, "--sampler", "mala", "--set", "step_size=0.01", "--draws", "30", "--warmup", "5", "--quiet");
        Assert.True(code == 0, error);
        Assert.Contains("step size 0.01\n", output, StringComparison.Ordinal);
        Assert.Contains("and 24 more parameters; --json and --out have all of them\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Chains_that_have_not_mixed_are_warned_of()
    {
        // Deep wells: chains that start on both sides of 0 stay there.
        (int code, _, string error) = Run(
            "chain", "double_well", "--set", "energy.height=60", "--chains", "8", "--draws", "100", "--quiet");
        Assert.Equal(0, code);
        Assert.Contains("joule: warning: R-hat is ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Momenta_that_move_the_chains_slowly_are_warned_of()
    {
        // In the funnel the energies spread far more than the momenta can change them.
        (int code, string output, string error) = Run("chain", "funnel", "--draws", "300", "--quiet");
        Assert.Equal(0, code);
        Assert.Matches("E-BFMI 0[.][0-2][0-9], the lowest of the chains\n", output);
        Assert.Contains("E-BFMI is 0.", error, StringComparison.Ordinal);
        Assert.Contains(", below 0.3: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Split("joule: warning").Length - 1);
    }

    [Theory]
    [InlineData("Did you mean \"gaussian\"?", "chain", "gausian")]
    [InlineData("There is no sampler \"nots\". Did you mean \"nuts\"?", "chain", "gaussian", "--sampler", "nots")]
    [InlineData("\"dimension\"", "chain", "gaussian", "--set", "energy.dimension=3")]
    [InlineData("--chains expects a whole number from 1 to 100000, given '0'", "chain", "gaussian", "--chains", "0")]
    [InlineData("\"stepsize\" is not a key of the sampler nuts", "chain", "gaussian", "--set", "stepsize=1")]
    public void What_is_wrong_is_named(string expected, params string[] line) => Refused(expected, line);

    private static void Refused(string expected, params string[] line)
    {
        (int code, string output, string error) = Run(line);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] line) => JouleProgramTests.Invoke(line);
}
