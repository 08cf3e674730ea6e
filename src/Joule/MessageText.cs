using System.Globalization;
using System.Text;

namespace Joule;

/// <summary>Makes text from a file safe for a message: it may be very long, or contain line ends or terminal commands.</summary>
internal static class MessageText
{
    private const int Longest = 60;
    private const int MostListed = 20;

    /// <summary>The text, shortened, with control characters escaped.</summary>
    public static string Of(string text) => Printable(text.Length <= Longest ? text : text[..(Longest - 1)] + "…");

    /// <summary>The texts, joined; only the first if there are many.</summary>
    public static string List(IReadOnlyList<string> texts) =>
        string.Join("; ", texts.Take(MostListed)) + (texts.Count > MostListed ? "; and more" : "");

    /// <summary>The whole text, with control characters escaped.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(NeedsEscape))
            return text;
        StringBuilder shown = new(text.Length + 16);
        foreach (char letter in text)
        {
            if (NeedsEscape(letter))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                shown.Append(letter);
        }
        return shown.ToString();
    }

    // Control characters, and those that change the direction of the text around them.
    private static bool NeedsEscape(char letter) =>
        char.IsControl(letter)
        || letter is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
