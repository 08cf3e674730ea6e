using Xunit;

namespace Joule.Cli.Tests.Streams;

/// <summary>Streams that are closed, full or gone: a training comes to its end all the same.</summary>
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
    public void A_run_is_whole_whatever_becomes_of_its_streams(int expected, string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The shell and the devices are those of Linux.");
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        using ChildJoule child = ChildJoule.InShell(script, tiny.Line("--out", run, "--epochs", "2", "--threads", "1"));
        (int code, _, string error) = child.Wait();
        Assert.True(code == expected, $"exit code {code}\n{error}");
        if (expected == 1 && !script.Contains("2>", StringComparison.Ordinal))
            Assert.Contains($"Standard output cannot be written: {(script.Contains("full", StringComparison.Ordinal) ? "No space left on device" : "it is closed")}. The run itself is complete: it is in {run}", error, StringComparison.Ordinal);
        RunFiles.AssertSame(tiny.Run, run);
        RunFiles.AssertWhole(run);
    }

    [Fact]
    public void In_process_progress_that_cannot_be_written_changes_nothing()
    {
        using TemporaryFolder folder = new();
        using StringWriter output = new();
        BrokenWriter error = new(() => new IOException("Input/output error"));
        Assert.Equal(0, JouleProgram.Run(tiny.Line("--out", folder.File("run"), "--epochs", "2"), output, error));
        Assert.True(error.Tries > 2);
        RunFiles.AssertSame(tiny.Run, folder.File("run"));
    }
}
