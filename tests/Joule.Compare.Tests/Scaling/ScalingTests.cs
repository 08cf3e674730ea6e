using System.Text.Json.Nodes;
using Joule.Compare.Scaling;
using Xunit;

namespace Joule.Compare.Tests.Scaling;

public sealed class ScalingTests
{
    [Fact]
    public void The_defaults_are_powers_of_two_up_to_the_processors()
    {
        ScalingOptions options = ScalingOptions.Parse([]);
        Assert.Equal(1, options.Threads[0]);
        Assert.All(options.Threads, n => Assert.True(n <= Environment.ProcessorCount && n <= 16 && int.IsPow2(n)));
        Assert.Contains("conv-train", options.Cases.Select(c => c.Name));
    }

    [Fact]
    public void Threads_are_sorted_and_1_is_always_among_them() =>
        Assert.Equal([1, 3, 16], ScalingOptions.Parse(["--threads", "16,3,3"]).Threads);

    [Theory]
    [InlineData("'0' is no number of threads", "--threads", "0,2")]
    [InlineData("'two' is no number of threads", "--threads", "two")]
    [InlineData("The case 'startup' runs programs of its own", "--cases", "startup")]
    [InlineData("The option '--threads' needs a value", "--threads")]
    [InlineData("There is no option '--thread'", "--thread", "2")]
    public void The_wrong_option_is_named(string expected, params string[] arguments) =>
        Assert.StartsWith(
            expected, Assert.Throws<InvalidInputException>(() => ScalingOptions.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_short_run_measures_every_number_of_threads_and_counts_blocks()
    {
        StringWriter output = new();
        ScalingOptions options = ScalingOptions.Parse(["--quick", "--cases", "mlp-langevin", "--threads", "1,2,16"]);
        IReadOnlyList<ScalingResult> results = new ScalingRun(options, output).Run();
        Assert.Equal([1, 2, 16], results.Select(r => r.Threads));
        // 128 chains: blocks of 32, or of 4 where there are many workers.
        Assert.Equal([4, 4, 32], results.Select(r => r.Blocks));
        Assert.Equal([4.0, 2, 2], results.Select(r => r.BlocksOfWorker));
        Assert.All(results, r => Assert.True(r.Milliseconds > 0 && r.OfBest >= 1));
        Assert.Equal(1, results[0].Speedup);
        Assert.Equal(3, output.ToString().Split("mlp-langevin").Length - 1);
        JsonArray json = JsonNode.Parse(ScalingReport.Json(results))!.AsArray();
        Assert.Equal(32, (int)json[2]!["blocks"]!);
        Assert.Equal(5, ScalingReport.Markdown(results).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_result_is_relative_to_one_thread_and_to_the_best()
    {
        ScalingResult result = new("a case", 4, 5, 15, 4, 6);
        Assert.Equal((3.0, 0.75, 1.25, 1.5), (result.Speedup, result.Share, result.OfBest, result.BlocksOfWorker));
    }

    [Fact]
    public void A_wrong_command_line_exits_with_2_and_help_with_0()
    {
        StringWriter output = new(), messages = new();
        Assert.Equal(2, CompareProgram.Run(["scaling", "--fast"], output, messages));
        Assert.Contains("bench/scaling: error: There is no option '--fast'", messages.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
        Assert.Equal(0, CompareProgram.Run(["scaling", "--help"], output, messages));
        Assert.Contains("Usage: bench/scaling", output.ToString(), StringComparison.Ordinal);
    }
}
