namespace Joule.Cli.Tests.Streams;

/// <summary>A stream on which every write fails, as on a full disk, a pipe without a reader or a closed terminal.</summary>
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
