using System.Text;

namespace Joule.Data;

/// <summary>Text files in the encodings that editors and shells write.</summary>
internal static class TextEncoding
{
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        ([0xEF, 0xBB, 0xBF], new UTF8Encoding(false, true)),
        ([0xFF, 0xFE, 0, 0], new UTF32Encoding(false, false, true)),
        ([0, 0, 0xFE, 0xFF], new UTF32Encoding(true, false, true)),
        ([0xFF, 0xFE], new UnicodeEncoding(false, false, true)),
        ([0xFE, 0xFF], new UnicodeEncoding(true, false, true)),
    ];

    /// <summary>
    /// The text in UTF-8 without its byte-order mark: from UTF-8, or from UTF-16 or UTF-32 with a mark or, as PowerShell and other programs
    /// write it, without one: JSON starts with a character of ASCII, so the zeros around it tell.
    /// </summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="name">The file's name in messages.</param>
    /// <exception cref="InvalidInputException">The text is not in the encoding that it seems to have.</exception>
    public static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> bytes, string name)
    {
        (Encoding encoding, int mark) = Of(bytes);
        return encoding is UTF8Encoding ? bytes[mark..] : Converted(bytes[mark..], encoding, name);
    }

    /// <summary>The encoding that a text seems to have, strict about invalid bytes, and the length of its byte-order mark.</summary>
    public static (Encoding Encoding, int Mark) Of(ReadOnlySpan<byte> bytes)
    {
        foreach ((byte[] mark, Encoding encoding) in Marks)
        {
            if (bytes.StartsWith(mark))
                return (encoding, mark.Length);
        }
        return bytes switch
        {
            [not 0, 0, 0, 0, ..] => (Marks[1].Encoding, 0),
            [0, 0, 0, not 0, ..] => (Marks[2].Encoding, 0),
            [not 0, 0, ..] => (Marks[3].Encoding, 0),
            [0, not 0, ..] => (Marks[4].Encoding, 0),
            _ => (Marks[0].Encoding, 0),
        };
    }

    private static byte[] Converted(ReadOnlySpan<byte> bytes, Encoding encoding, string name)
    {
        try
        {
            return Encoding.UTF8.GetBytes(encoding.GetString(bytes));
        }
        catch (DecoderFallbackException error)
        {
            throw InvalidInputException.At(
                name, "line 1, column 1", 0,
                $"the file starts like {encoding.WebName}, but it has bytes that are invalid there. Save it as UTF-8.", error);
        }
    }
}
