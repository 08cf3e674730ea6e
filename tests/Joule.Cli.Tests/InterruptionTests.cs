using System.Diagnostics;
using Xunit;

namespace Joule.Cli.Tests;

[Collection("signals")]
public sealed class InterruptionTests
{
    [Theory]
    [InlineData("TERM", ExitCodes.Terminated)]
    [InlineData("HUP", ExitCodes.HungUp)]
    public void A_signal_cancels_the_work_and_the_exit_code_says_which(string signal, int expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        Assert.SkipWhen(signal == "HUP" && ChildJoule.IsIgnored(1), "SIGHUP is ignored in this process.");
        using StringWriter error = new();
        int code = ErrorHandling.Run(
            interruption =>
            {
                Send(signal, interruption);
                interruption.Token.ThrowIfCancellationRequested();
                return 0;
            },
            error,
            debug: false);
        Assert.Equal(expected, code);
        Assert.Contains("stopping", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_ignores_the_signal_is_ended_and_work_that_holds_the_end_back_is_awaited()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        using StringWriter error = new();
        List<int> ends = [];
        using ManualResetEventSlim ended = new();
        ErrorHandling.Run(
            interruption =>
            {
                using (interruption.Hold())
                {
                    Send("TERM", interruption);
                    Assert.False(ended.Wait(1500, CancellationToken.None), "work that holds the end back was ended");
                }
                // From here nothing holds the end back, and this work ignores the cancellation.
                Assert.True(ended.Wait(30_000, CancellationToken.None), "work that ignores the signal was not ended");
                return 0;
            },
            error,
            debug: false,
            code =>
            {
                ends.Add(code);
                ended.Set();
            });
        Assert.Equal([ExitCodes.Terminated], ends);
        Assert.Contains("joule: cancelled", error.ToString(), StringComparison.Ordinal);
    }

    private static void Send(string signal, Interruption interruption)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", Environment.ProcessId.ToString()]);
        Assert.True(interruption.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "the token was not cancelled");
    }
}
