using System.Globalization;
using System.Text;

namespace Joule;

/// <summary>Text from a file, made fit for a message: it may be endless, and hold line ends or commands for the terminal.</summary>
internal static class MessageText
{
    private const int Longest = 60;
    private const int MostListed = 20;

    /// <summary>The text, shortened, with control characters written out.</summary>
    public static string Of(string text) => Printable(text.Length <= Longest ? text : text[..(Longest - 1)] + "…");

    /// <summary>The texts one after another; of many, the first.</summary>
    public static string List(IReadOnlyList<string> texts) => string.Join("; ", texts.Take(MostListed)) + (texts.Count > MostListed ? "; and more" : "");

    /// <summary>The text in full, with control characters written out.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(NeedsEscape)) return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            if (NeedsEscape(letter)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else shown.Append(letter);
        }
        return shown.ToString();
    }

    // Control characters, and those that turn the direction of the text around them.
    private static bool NeedsEscape(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
