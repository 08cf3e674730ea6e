using Joule.Cli.Streams;
using Xunit;

namespace Joule.Cli.Tests.Streams;

public sealed class ResultWriterTests
{
    [Fact]
    public void A_result_that_cannot_be_written_is_a_failure_with_its_reason()
    {
        ResultWriter writer = new(new BrokenWriter(() => new IOException("No space left on device.")));
        Action[] writes =
        [
            () => writer.Write("x"), () => writer.Write('x'), () => writer.WriteLine("x"), () => writer.WriteLine(),
            () => writer.Write(['x'], 0, 1), writer.Flush,
        ];
        foreach (Action write in writes)
            Assert.Equal("Standard output cannot be written: No space left on device.", Assert.Throws<OutputLostException>(write).Message);
    }

    [Fact]
    public void Every_command_that_writes_ends_with_code_1_and_the_reason()
    {
        using StringWriter error = new();
        Assert.Equal(
            ExitCodes.Failure, JouleProgram.Run(["presets"], new BrokenWriter(() => new IOException("No space left on device")), error));
        Assert.StartsWith(
            "joule: error: Standard output cannot be written: No space left on device.", error.ToString(), StringComparison.Ordinal);
    }
}
