using Joule.Cli.Streams;
using Xunit;

namespace Joule.Cli.Tests.Streams;

public sealed class LastingWriterTests
{
    public static TheoryData<Exception> Losses =>
        [new IOException("No space left on device"), new UnauthorizedAccessException("denied"), new ObjectDisposedException("console")];

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public void Text_that_cannot_be_written_is_dropped_and_the_next_text_is_tried(Exception loss)
    {
        BrokenWriter broken = new(() => loss);
        LastingWriter writer = new(broken, _ => true);
        writer.WriteLine("a line");
        writer.Write('c');
        writer.Write("text");
        writer.Write(['t', 'e'], 0, 2);
        writer.Flush();
        Assert.Equal(5, broken.Tries);
    }

    [Fact]
    public void Text_is_written_unchanged()
    {
        using StringWriter inner = new();
        LastingWriter writer = new(inner, _ => true);
        string text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i} "));
        writer.WriteLine(text);
        writer.Write('c');
        writer.WriteLine();
        Assert.Equal(text + Environment.NewLine + "c" + Environment.NewLine, inner.ToString());
    }

    [Fact]
    public void A_stalled_reader_is_waited_for_once_and_served_again_when_it_reads()
    {
        using StringWriter inner = new();
        List<TimeSpan> waits = [];
        bool room = false;
        LastingWriter writer = new(inner, time =>
        {
            waits.Add(time);
            return room;
        });
        writer.WriteLine("one");
        writer.WriteLine("two");
        room = true;
        writer.Write("three");
        Assert.Equal("three", inner.ToString());
        Assert.True(waits[0] > TimeSpan.Zero && waits[0] < TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, waits[1]);
        Assert.Equal(TimeSpan.Zero, waits[2]);
    }

    [Fact]
    public void An_error_other_than_a_lost_stream_is_not_hidden() =>
        Assert.Throws<InvalidOperationException>(
            () => new LastingWriter(new BrokenWriter(() => new InvalidOperationException("odd")), _ => true).Write("x"));
}
