using Xunit;

namespace Joule.Cli.Tests.Streams;

/// <summary>A training finishes even if its streams are closed, full or gone.</summary>
public sealed class StandardStreamsTests(TinyRun tiny)
{
    [Theory]
    [InlineData(0, "$JOULE 2>&- >/dev/null")]
    [InlineData(0, "$JOULE 2>/dev/full >/dev/null")]
    [InlineData(0, "$JOULE <&- 2>&- >/dev/null")]
    [InlineData(0, "set -o pipefail; $JOULE 2>&1 | true")]
    [InlineData(0, "set -o pipefail; $JOULE 2>&1 | head -1")]
    [InlineData(1, "$JOULE >/dev/full")]
    [InlineData(1, "$JOULE >&-")]
    [InlineData(1, "$JOULE >&- 2>&-")]
    public void A_run_is_complete_whatever_happens_to_its_streams(int expected, string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The shell and the devices are those of Linux.");
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        using ChildJoule child = ChildJoule.InShell(script, tiny.Line("--out", run, "--epochs", "2", "--threads", "1"));
        (int code, _, string error) = child.Wait();
        Assert.True(code == expected, $"exit code {code}\n{error}");
        if (expected == 1 && !script.Contains("2>", StringComparison.Ordinal))
        {
            string why = script.Contains("full", StringComparison.Ordinal) ? "No space left on device" : "it is closed";
            Assert.Contains($"Standard output cannot be written: {why}. The run itself is complete: it is in {run}",
                error, StringComparison.Ordinal);
        }
        RunFiles.AssertSame(tiny.Run, run);
        RunFiles.AssertWhole(run);
    }

    [Fact]
    public void Progress_that_cannot_be_written_changes_nothing()
    {
        using TemporaryFolder folder = new();
        using StringWriter output = new();
        BrokenWriter error = new(() => new IOException("Input/output error"));
        Assert.Equal(0, JouleProgram.Run(tiny.Line("--out", folder.File("run"), "--epochs", "2"), output, error));
        Assert.True(error.Tries > 2);
        RunFiles.AssertSame(tiny.Run, folder.File("run"));
    }
}
