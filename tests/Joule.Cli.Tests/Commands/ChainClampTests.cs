using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule chain --clamp</c>: conditional distributions.</summary>
public sealed class ChainClampTests(TinyRun tiny)
{
    private static readonly string[] Gaussian =
        ["chain", "gaussian", "--set", "energy.dimensions=4", "--set", "energy.rotated=true", "--set", "energy.condition=9", "--quiet"];

    [Theory]
    [InlineData("nuts")]
    [InlineData("hmc")]
    [InlineData("mala")]
    public void Clamped_parameters_keep_their_bits_and_the_others_their_conditional_moments(string sampler)
    {
        using TemporaryFolder folder = new();
        float value = 0.1f;
        (int code, string output, string error) = Run([.. Gaussian, "--sampler", sampler, "--clamp", "x2=0.1", "--clamp", "x0=-2.5",
            "--draws", "600", "--out", folder.File("a"), "--json"]);
        Assert.Equal((0, ""), (code, error));
        JsonElement[] parameters = [.. JsonDocument.Parse(output).RootElement.GetProperty("parameters").EnumerateArray()];
        Assert.Equal(["x0", "x1", "x2", "x3"], parameters.Select(p => p.GetProperty("name").GetString()));
        foreach (int free in (int[])[1, 3])
        {
            Assert.False(parameters[free].TryGetProperty("clamped", out _));
            Assert.InRange(parameters[free].GetProperty("z").GetDouble(), -4, 4);
            Assert.NotEqual(0, parameters[free].GetProperty("true_mean").GetDouble());
            Assert.True(parameters[free].GetProperty("true_sd").GetDouble() < 1);
        }
        Assert.True(parameters[2].GetProperty("clamped").GetBoolean());
        Assert.Equal(value, parameters[2].GetProperty("mean").GetSingle());
        Assert.Equal(0, parameters[2].GetProperty("sd").GetDouble());
        Assert.All(["mcse", "ess_bulk", "ess_tail", "rhat", "z"],
            name => Assert.Equal(JsonValueKind.Null, parameters[2].GetProperty(name).ValueKind));
        string draws = folder.File("a/draws.npz");
        Assert.Equal(["x0", "x1", "x2", "x3"], NpzFile.Names(draws));
        NpyArray given = NpzFile.Read(draws, "x2");
        Assert.Equal([4, 600], given.Shape);
        Assert.All(given.Floats!, v => Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(v)));
    }

    [Fact]
    public void The_table_marks_them_and_models_can_be_clamped_too()
    {
        (int code, string output, _) = Run([.. Gaussian, "--clamp", "x1=1.5", "--draws", "20"]);
        Assert.Equal(0, code);
        Assert.Matches("\nx1 +1[.]5 +clamped\nx2 +[^ ]+ +[^ ]+ ", output);
        (code, output, string error) = Run(
            "chain", tiny.Run, "--sampler", "mala", "--clamp", "x3=0.5", "--draws", "20", "--warmup", "5", "--quiet");
        Assert.True(code == 0, error);
        Assert.Matches("\nx3 +0[.]5 +clamped\n", output);
    }

    [Theory]
    [InlineData("The energy has no parameter \"log_tua\" to clamp. Did you mean \"log_tau\"?", "eight_schools", "--clamp", "log_tua=1")]
    [InlineData("x0 is clamped to 100, outside its domain", "rastrigin", "--clamp", "x0=100")]
    [InlineData("All parameters are clamped", "gaussian", "--clamp", "x0=1", "--clamp", "x1=1")]
    [InlineData("x0 is clamped twice, to 1 and to 2", "gaussian", "--clamp", "x0=1", "--clamp", "x0=2")]
    [InlineData("--clamp expects NAME=VALUE with a finite number, given 'x0'", "gaussian", "--clamp", "x0")]
    [InlineData("--clamp expects NAME=VALUE with a finite number, given 'x0=nan'", "gaussian", "--clamp", "x0=nan")]
    [InlineData("--clamp expects NAME=VALUE with a finite number, given '=1'", "gaussian", "--clamp", "=1")]
    public void What_cannot_be_clamped_is_an_error(string expected, params string[] line)
    {
        (int code, string output, string error) = Run(["chain", .. line]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] line) => JouleProgramTests.Invoke(line);
}
