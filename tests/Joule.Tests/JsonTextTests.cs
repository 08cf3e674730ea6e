using System.Text;
using Joule.Runs;
using Xunit;

namespace Joule.Tests;

public sealed class JsonTextTests
{
    private const string EightDeep = "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":";

    [Theory]
    [InlineData("{\"training\": {\n  \"batch\": 0 }}", "line 2, column 3: the configuration cannot be used: training.batch is 0")]
    [InlineData("{\"energy\": {\n \"layers\": [\n {\"type\": \"sum\"},\n {\"type\": \"dense\", \"outputs\": -1.5}]}}", "line 4, column 20")]
    [InlineData("{\"energy\": {\n \"layers\": [\n {\"type\": \"sum\"},\n {\"type\": \"dens\"}]}}", "line 4, column 3")]
    [InlineData("{\n \"trainin\": 1}",
        "line 2, column 2: the configuration cannot be used: \"trainin\" is not a key (did you mean \"training\"?)")]
    [InlineData("{\"data\": \"a\",\n  x}", "line 2, column 3: this is not JSON")]
    [InlineData("[]", "line 1, column 1: this is not a JSON object")]
    [InlineData("", "line 1, column 1: this is not JSON")]
    [InlineData("{\"data\": \"\\ud800\"}", "this is not JSON")]
    [InlineData("{\"data\": 1, \"data\": 2}", "column 13: the key \"data\" is given twice")]
    [InlineData(EightDeep + EightDeep + EightDeep + EightDeep + "{\"a\":0", "depth")]
    public void An_error_in_a_configuration_names_file_line_and_column(string text, string expected)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(
            () => ConfigSources.Overlay(Encoding.UTF8.GetBytes(text), "my.json", null));
        Assert.StartsWith("my.json, line ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("my.json", error.File);
        Assert.InRange(error.Offset!.Value, 0, text.Length);
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("b", 8)]
    [InlineData("b.1", 18)]
    [InlineData("b.1.c", 19)]
    [InlineData("b.1.z", 18)]
    [InlineData("b.7", 8)]
    [InlineData("d", 28)]
    [InlineData("z", 0)]
    public void The_position_of_a_key_is_found(string key, int expected) =>
        Assert.Equal(expected, JsonText.Find("{\"a\":1, \"b\": [[1],{\"c\":2}], \"d\":3}"u8, key));

    [Fact]
    public void File_text_in_a_message_is_printable_and_short()
    {
        Assert.Equal("a\\u001b[2J\\u000ab", MessageText.Of("a\u001b[2J\nb"));
        Assert.Equal(60, MessageText.Of(new string('a', 1000)).Length);
    }
}
