using System.Text.Json;
using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunEventsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-events-").FullName;

    private string Events => Path.Combine(_folder, RunEvents.FileName);

    [Fact]
    public void Every_event_is_a_line_of_JSON()
    {
        RunEvents events = new(_folder, TimeProvider.System);
        events.Add(Event("warning", 12));
        events.Add(Event("rollback", 40));
        JsonElement[] lines = [.. File.ReadAllLines(Events).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["warning", "rollback"], lines.Select(l => l.GetProperty("kind").GetString()));
        Assert.Equal((40, 2), (lines[1].GetProperty("update").GetInt32(), lines[1].GetProperty("epoch").GetInt32()));
        Assert.Equal(("gap_grows", "in words"), (lines[1].GetProperty("reason").GetString(), lines[1].GetProperty("text").GetString()));
        Assert.Equal(0.5, lines[1].GetProperty("figures").GetProperty("gap").GetDouble());
        Assert.Equal("NaN", lines[1].GetProperty("figures").GetProperty("loss").GetString());
        Assert.Equal(0.25, lines[1].GetProperty("changed").GetProperty("learning_rate").GetDouble());
        Assert.Equal(DateTimeKind.Utc, lines[0].GetProperty("time").GetDateTime().Kind);
    }

    [Fact]
    public void An_unfinished_line_of_a_killed_process_is_cut_off()
    {
        RunEvents events = new(_folder, TimeProvider.System);
        events.Add(Event("warning", 12));
        File.AppendAllText(Events, "{\"time\":\"20");
        events.Add(Event("rollback", 40));
        Assert.Equal(2, File.ReadAllLines(Events).Length);
        Assert.All(File.ReadAllLines(Events), l => JsonDocument.Parse(l).Dispose());
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_an_error_that_names_it()
    {
        RunEvents events = new(Path.Combine(_folder, "missing"), TimeProvider.System);
        string message = Assert.Throws<InvalidInputException>(() => events.Add(Event("warning", 1))).Message;
        Assert.Contains("events.jsonl", message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RunEvent Event(string kind, long update) =>
        new(kind, update, 2, "gap_grows", "in words", [new("gap", 0.5), new("loss", double.NaN)], [new("learning_rate", 0.25)]);
}
