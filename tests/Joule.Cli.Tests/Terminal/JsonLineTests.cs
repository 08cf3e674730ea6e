using Joule.Cli.Terminal;
using Xunit;

namespace Joule.Cli.Tests.Terminal;

public sealed class JsonLineTests
{
    [Fact]
    public void Members_are_one_line_and_numbers_that_JSON_cannot_hold_are_null()
    {
        using StringWriter output = new() { NewLine = "\n" };
        JsonLine.Write(output, json =>
        {
            json.WriteString("text", "ü <\n>");
            JsonLine.Number(json, "number", 0.1);
            JsonLine.Number(json, "infinite", double.PositiveInfinity);
            JsonLine.Number(json, "nan", double.NaN);
            JsonLine.Number(json, "missing", null);
        });
        Assert.Equal("""{"text":"ü <\n>","number":0.1,"infinite":null,"nan":null,"missing":null}""" + "\n", output.ToString());
    }
}
