using Xunit;

namespace Joule.Tests;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("plain – text", "plain – text")]
    [InlineData("a\nb\u001b[31m", "a\\u000ab\\u001b[31m")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")] // turns the direction of the text
    [InlineData("\u2066\u2028\u2029", "\\u2066\\u2028\\u2029")]
    public void Control_characters_are_escaped(string text, string expected)
    {
        Assert.Equal(expected, MessageText.Printable(text));
        Assert.Equal(expected, MessageText.Of(text));
    }

    [Fact]
    public void Long_text_is_cut_to_60_characters()
    {
        Assert.Equal(new string('x', 60), MessageText.Of(new string('x', 60)));
        Assert.Equal(new string('x', 59) + "…", MessageText.Of(new string('x', 61)));
    }

    [Fact]
    public void Only_the_first_20_of_a_list_are_shown()
    {
        string[] texts = [.. Enumerable.Range(1, 21).Select(i => $"t{i}")];
        Assert.EndsWith("; t20", MessageText.List(texts[..20]), StringComparison.Ordinal);
        Assert.StartsWith(MessageText.List(texts[..20]) + "; ", MessageText.List(texts), StringComparison.Ordinal);
        Assert.DoesNotContain("t21", MessageText.List(texts), StringComparison.Ordinal);
    }
}
