using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule.Compare.Reports;

/// <summary>The results as a JSON array: one object for every case, number of threads and peer.</summary>
internal static class JsonReport
{
    private const int Digits = 5;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Text(IEnumerable<CaseResult> results)
    {
        JsonArray rows = [];
        foreach (CaseResult result in results)
        {
            foreach (PeerTime peer in result.Peers)
            {
                rows.Add(new JsonObject
                {
                    ["case"] = result.Case,
                    ["threads"] = result.Threads,
                    ["joule_ms"] = Rounded(result.JouleMilliseconds),
                    ["peer"] = peer.Peer,
                    ["peer_ms"] = Rounded(peer.Milliseconds),
                    ["ratio"] = Rounded(result.Ratio(peer)),
                    ["gflops"] = Rounded(result.Gflops),
                    ["ceiling_gflops"] = Rounded(result.Ceiling),
                    ["share"] = Rounded(result.Share),
                });
            }
        }
        return rows.ToJsonString(Indented) + "\n";
    }

    private static JsonValue? Rounded(double? value) => value is { } v ? JsonValue.Create(double.Parse(v.ToString($"G{Digits}"))) : null;
}
