using Joule.Cli.Terminal;
using Xunit;

namespace Joule.Cli.Tests.Terminal;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_aligned_and_numbers_to_the_right()
    {
        using StringWriter output = new() { NewLine = "\n" };
        TextTable.Write(output, ["name", ">energy"], [["noise", "120.5"], ["a digit", "-3.1"]]);
        Assert.Equal("name     energy\nnoise     120.5\na digit    -3.1\n", output.ToString());
    }

    [Fact]
    public void Json_is_one_object_on_one_line()
    {
        using StringWriter output = new() { NewLine = "\n" };
        JsonLine.Write(output, json => json.WriteNumber("epochs", 3));
        Assert.Equal("{\"epochs\":3}\n", output.ToString());
    }
}
