using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Joule.Cli.Tests;

[Collection("signals")]
public sealed class InterruptionTests
{
    [Fact]
    public void A_signal_cancels_the_work_and_the_exit_code_says_which()
    {
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), "Windows has no signal to send to oneself.");
        using var error = new StringWriter();
        int code = ErrorHandling.Run(
            interruption =>
            {
                CancellationToken cancellation = interruption.Token;
                using Process kill = Process.Start("kill", ["-TERM", Environment.ProcessId.ToString()]);
                Assert.True(cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "the token was not cancelled");
                cancellation.ThrowIfCancellationRequested();
                return 0;
            },
            error,
            debug: false);
        Assert.Equal(ExitCodes.Terminated, code);
        Assert.Contains("stopping", error.ToString(), StringComparison.Ordinal);
    }
}
