using System.Text.RegularExpressions;
using Joule.Cli.Terminal;
using Spectre.Console;
using Xunit;

namespace Joule.Cli.Tests.Terminal;

public sealed partial class RunProgressTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Plain_lines_come_at_each_epoch_and_otherwise_at_most_every_ten_seconds()
    {
        using StringWriter error = new();
        using (PlainProgress progress = new(error, _time))
        {
            progress.Start("train", 100);
            for (int step = 1; step <= 25; step++)
            {
                _time.Pass(1);
                progress.Report(step, "cd -1.0");
            }

            progress.Line("epoch 1 done");
        }

        string[] lines = error.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(
            ["train", "train: 10/100  1.0 steps/s  1:30 left  cd -1.0", "train: 20/100  1.0 steps/s  1:20 left  cd -1.0", "epoch 1 done"],
            lines);
    }

    [Fact]
    public void On_a_terminal_the_bar_shows_figures_and_lines_stay()
    {
        using StringWriter error = new();
        using (LiveProgress progress = new(Console(error, 100), _time))
        {
            progress.Start("train [seed]", 100);
            _time.Pass(1);
            progress.Report(10, "cd -1.0");
            progress.Line("epoch 1 [done]");
            _time.Pass(1);
            progress.Report(20, "cd -2.0");
        }

        string text = error.ToString();
        Assert.Contains("train [seed]", text, StringComparison.Ordinal);
        Assert.Contains("10/100  10.0 steps/s  0:09 left  cd -1.0", text, StringComparison.Ordinal);
        Assert.Contains("epoch 1 [done]", text, StringComparison.Ordinal);
        Assert.Contains("cd -2.0", text, StringComparison.Ordinal);
        Assert.EndsWith("\e[?25h", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_is_drawn_at_most_ten_times_a_second()
    {
        using StringWriter error = new();
        using LiveProgress progress = new(Console(error, 100), _time);
        progress.Start("train", 10_000);
        int frames = 0;
        int length = error.ToString().Length;
        for (int step = 1; step <= 1000; step++)
        {
            _time.Pass(0.001);
            progress.Report(step, "");
            if (error.ToString().Length != length)
                frames++;
            length = error.ToString().Length;
        }

        Assert.Equal(10, frames);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    [InlineData(75)]
    [InlineData(120)]
    [InlineData(300)]
    public void No_line_is_wider_than_the_terminal_and_none_wraps(int width)
    {
        using StringWriter error = new();
        using LiveProgress progress = new(Console(error, width), _time);
        progress.Start("Training seed", 100_000);
        _time.Pass(1);
        progress.Report(12_345, "epoch 3/120  cd -1.234  energy of data 0.123");
        string[] lines = [.. Escapes().Replace(error.ToString(), "").Split('\r', '\n')
            .Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("Training seed", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
    }

    [GeneratedRegex("\e\\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex Escapes();

    [Fact]
    public void One_task_may_follow_another()
    {
        using StringWriter error = new();
        using LiveProgress progress = new(Console(error, 60), _time);
        progress.Start("fetch", 10);
        progress.Start("train", 10);
        progress.Report(1, "");
        progress.Dispose();
        progress.Line("done");
        Assert.Contains("train", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_terminal_lines_are_plain_and_quiet_is_silent()
    {
        using StringWriter error = new();
        Assert.IsType<PlainProgress>(RunProgress.Create(error, quiet: false));
        Assert.IsType<SilentProgress>(RunProgress.Create(error, quiet: true));
    }

    private static IAnsiConsole Console(StringWriter output, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        return console;
    }
}
