using System.Text.Json.Nodes;
using Joule.Compare.Reports;
using Xunit;

namespace Joule.Compare.Tests.Reports;

public sealed class ReportTests
{
    private static readonly CaseResult Measured = new(
        "mlp-langevin", 2, 20, [new PeerTime("pytorch", 300), new PeerTime("pytorch-tuned", 250)], 3e9, 200);
    private static readonly CaseResult Alone = new(
        "startup", 1, 100, [new PeerTime("pytorch", null), new PeerTime("pytorch-tuned", null)], null, 100);

    [Fact]
    public void Json_has_an_object_for_every_peer()
    {
        JsonArray rows = JsonNode.Parse(JsonReport.Text([Measured, Alone]))!.AsArray();
        Assert.Equal(4, rows.Count);
        Assert.Equal(["case", "threads", "joule_ms", "peer", "peer_ms", "ratio", "gflops", "ceiling_gflops", "share"],
            rows[0]!.AsObject().Select(p => p.Key));
        Assert.Equal("pytorch-tuned", rows[1]!["peer"]!.GetValue<string>());
        Assert.Equal(12.5, rows[1]!["ratio"]!.GetValue<double>());
        Assert.Equal(150, rows[1]!["gflops"]!.GetValue<double>());
        Assert.Equal(0.75, rows[1]!["share"]!.GetValue<double>());
    }

    [Fact]
    public void Missing_measurements_are_null()
    {
        JsonObject row = JsonNode.Parse(JsonReport.Text([Alone]))![0]!.AsObject();
        Assert.All(["peer_ms", "ratio", "gflops", "ceiling_gflops", "share"], key => Assert.Null(row[key]));
        Assert.Equal("pytorch", row["peer"]!.GetValue<string>());
    }

    [Fact]
    public void Tables_have_a_line_for_every_result()
    {
        Assert.Contains("75%", TableReport.Row(Measured), StringComparison.Ordinal);
        Assert.Equal(TableReport.Head.Length, TableReport.Row(Measured).Length);
        Assert.Equal(4, TableReport.Markdown([Measured, Alone]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
