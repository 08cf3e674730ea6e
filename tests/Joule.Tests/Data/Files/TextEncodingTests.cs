using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class TextEncodingTests
{
    private const string Text = "{ \"data\": \"é € 😀\" }";

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_encoding_is_read_with_and_without_its_mark(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] plain = encoding.GetBytes(Text);
        Assert.Equal(Text, Encoding.UTF8.GetString(TextEncoding.ToUtf8([.. encoding.GetPreamble(), .. plain], "c")));
        Assert.Equal(Text, Encoding.UTF8.GetString(TextEncoding.ToUtf8(plain, "c")));
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, 0x7b, 0, 0, 0xd8 }, "utf-16")] // half of a pair
    [InlineData(new byte[] { 0xff, 0xfe, 0x7b, 0, 0x7d }, "utf-16")] // half of a character
    [InlineData(new byte[] { 0xff, 0xfe, 0, 0, 0, 0, 0, 0x7b }, "utf-32")] // beyond Unicode
    public void Bytes_invalid_in_the_detected_encoding_are_refused(byte[] bytes, string name) =>
        Refused.With(() => TextEncoding.ToUtf8(bytes, "c").ToArray(), "c, line 1, column 1", name, "Save it as UTF-8");

    [Fact]
    public void Short_texts_are_unchanged()
    {
        foreach (byte[] bytes in (byte[][])[[], [0x7b], [0x7b, 0x7d]])
            Assert.Equal(bytes, TextEncoding.ToUtf8(bytes, "c").ToArray());
    }
}
