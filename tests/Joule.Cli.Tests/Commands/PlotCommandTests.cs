using Joule.Cli.Tests.Plots;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class PlotCommandTests
{
    [Fact]
    public void A_run_is_plotted_and_the_path_is_printed()
    {
        using TemporaryFolder run = new();
        File.WriteAllText(run.File("metrics.csv"), MetricsTable.Format(MadeUpRuns.Figures.Columns, MadeUpRuns.Balanced(3)));
        File.WriteAllText(run.File("config.json"), """{ "preset": "seed" }""");
        (int code, string output, string error) = JouleProgramTests.Invoke("plot", run.Path);
        Assert.Equal((ExitCodes.Success, run.File("loss.png"), ""), (code, output.TrimEnd(), error));
        Assert.True(File.Exists(run.File("loss.png")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{ not json")]
    [InlineData("""{ "preset": 3 }""")]
    [InlineData("[]")]
    public void Curves_are_drawn_even_without_a_readable_configuration(string? config)
    {
        using TemporaryFolder run = new();
        File.WriteAllText(run.File("metrics.csv"), MetricsTable.Format(MadeUpRuns.Figures.Columns, MadeUpRuns.Balanced(1)));
        if (config is not null)
            File.WriteAllText(run.File("config.json"), config);
        Assert.Equal(ExitCodes.Success, JouleProgramTests.Invoke("plot", run.Path, "--out", run.File("other.png")).Code);
        Assert.True(File.Exists(run.File("other.png")));
        Assert.False(File.Exists(run.File("loss.png")));
    }

    [Fact]
    public void A_table_of_another_objective_is_drawn_by_its_header()
    {
        using TemporaryFolder run = new();
        File.WriteAllText(run.File("metrics.csv"), "epoch,step,seconds,loss,accuracy,val_cd\n1,5,0.5,3,0.5,NaN\n2,10,1,2,0.75,NaN\n");
        File.WriteAllText(run.File("config.json"), """{ "objective": { "type": "of another assembly" } }""");
        Assert.Equal(ExitCodes.Success, JouleProgramTests.Invoke("plot", run.Path).Code);
        Assert.True(File.Exists(run.File("loss.png")));
        File.WriteAllText(run.File("metrics.csv"), "epoch,step,seconds,loss\n1,5,0.5,3\n");
        (int code, _, string error) = JouleProgramTests.Invoke("plot", run.Path);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("epoch,step,seconds,loss", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_run_is_an_error_that_names_what_is_missing()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = JouleProgramTests.Invoke("plot", folder.Path);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains($"'{folder.Path}' is not a run: it has no metrics.csv", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("nonsense\n", "line 1")]
    [InlineData(null, "no epoch")]
    public void Metrics_that_cannot_be_drawn_are_an_error_and_nothing_is_written(string? text, string expected)
    {
        using TemporaryFolder run = new();
        File.WriteAllText(run.File("metrics.csv"), text ?? MadeUpRuns.Figures.Columns.Header + "\n");
        (int code, _, string error) = JouleProgramTests.Invoke("plot", run.Path);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(run.Path));
    }
}
