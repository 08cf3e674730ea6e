namespace Joule.Cli.Tests.Streams;

/// <summary>A stream that takes nothing: a full disk, a pipe without a reader, a terminal that is gone.</summary>
internal sealed class BrokenWriter(Func<Exception> error) : StringWriter
{
    public int Tries { get; private set; }

    public override void Write(char value) => Fail();

    public override void Write(char[] buffer, int index, int count) => Fail();

    public override void Write(ReadOnlySpan<char> buffer) => Fail();

    public override void Write(string? value) => Fail();

    public override void WriteLine(string? value) => Fail();

    public override void Flush() => Fail();

    private void Fail()
    {
        Tries++;
        throw error();
    }
}
