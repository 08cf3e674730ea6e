using Xunit;

namespace Joule.Cli.Tests;

public sealed class ErrorHandlingTests
{
    public static TheoryData<Exception, int, string> Errors => new()
    {
        { new InvalidInputException("no such file"), 2, "joule: error: no such file" },
        { new DivergenceException("loss", 7, -1, double.NaN), 1, "joule: error: The loss became NaN at step 7" },
        { new JouleException("it failed"), 1, "joule: error: it failed" },
        { new IOException("No space left on device"), 2, "joule: error: No space left on device" },
        { new UnauthorizedAccessException("Access to the path is denied."), 2, "joule: error: Access to the path" },
        { new InvalidOperationException("odd\nthing"), 1, "joule: error: InvalidOperationException: odd thing" },
        // A cancellation that nobody requested is a defect.
        { new OperationCanceledException("odd"), 1, "joule: error: OperationCanceledException: odd" },
    };

    [Theory]
    [MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void Each_kind_of_error_has_its_exit_code_and_message(Exception thrown, int code, string message)
    {
        using StringWriter error = new();
        Assert.Equal(code, ErrorHandling.Run(_ => throw thrown, error, debug: false));
        Assert.StartsWith(message, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_defect_says_that_it_is_one()
    {
        using StringWriter error = new();
        ErrorHandling.Run(_ => throw new InvalidOperationException("odd"), error, debug: false);
        Assert.Contains("this is a bug in Joule; rerun with --debug", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void With_debug_the_stack_trace_is_shown()
    {
        using StringWriter error = new();
        ErrorHandling.Run(_ => throw new InvalidInputException("bad"), error, debug: true);
        Assert.Contains("   at ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_exit_code_is_right_even_when_the_message_cannot_be_written()
    {
        using FullWriter error = new();
        Assert.Equal(ExitCodes.Failure, ErrorHandling.Run(_ => throw new JouleException("the disk is full"), error, debug: false));
    }

    [Fact]
    public void The_command_s_result_is_the_exit_code() =>
        Assert.Equal(5, ErrorHandling.Run(_ => 5, TextWriter.Null, debug: false));

    /// <summary>Standard error on a full disk.</summary>
    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
