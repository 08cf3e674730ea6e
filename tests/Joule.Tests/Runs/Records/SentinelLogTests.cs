using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class SentinelLogTests
{
    [Fact]
    public void Warnings_have_reason_numbers_and_text()
    {
        SentinelVerdict verdict = new(SentinelLevel.Warning, SentinelReason.GapGrows, 1.5, 0.5);
        System.Text.Json.Nodes.JsonNode warning = Assert.Single(SentinelLog.Warnings([verdict]))!;
        Assert.Equal(("gap_grows", 1.5, 0.5), ((string?)warning["reason"], (double)warning["value"]!, (double)warning["limit"]!));
        Assert.Equal(verdict.ToString(), (string?)warning["text"]);
    }

    [Fact]
    public void Numbers_that_JSON_cannot_hold_are_null() => Assert.Equal(
        """[{"rule":"walls","share":null,"value":null,"warning":0.25,"update":7}]""",
        SentinelLog.Nearest([new SentinelExtreme(SentinelReason.Walls, double.PositiveInfinity, double.NaN, 0.25, 7)]).ToJsonString());
}
