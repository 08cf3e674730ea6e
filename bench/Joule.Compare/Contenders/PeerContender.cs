using System.Text.Json.Nodes;
using Joule.Compare.Measuring;

namespace Joule.Compare.Contenders;

/// <summary>The peer, running one form of a case in its own process.</summary>
internal sealed class PeerContender(PythonPeer peer, string form, WorkFolder folder) : IContender
{
    public string Name => NameOf(form);

    /// <summary>The forms in which a peer has every case.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["user", "tuned"];

    public static string NameOf(string form) => form == "user" ? PythonPeer.Name : $"{PythonPeer.Name}-{form}";

    public double Measure(int repetitions) =>
        peer.Ask(new JsonObject
        {
            ["op"] = "time",
            ["form"] = form,
            ["lead_in"] = repetitions / IContender.LeadIn,
            ["repetitions"] = repetitions,
        })["ms"]!.GetValue<double>();

    public IReadOnlyDictionary<string, float[]> Check()
    {
        JsonObject files = peer.Ask(new JsonObject { ["op"] = "check", ["form"] = form, ["folder"] = folder.Path })["files"]!.AsObject();
        return files.ToDictionary(f => f.Key, f => WorkFolder.Read(f.Value!.GetValue<string>()), StringComparer.Ordinal);
    }

    public float[] Sample(SamplePlan plan)
    {
        string path = folder.PathOf($"sample-{form}");
        peer.Ask(new JsonObject
        {
            ["op"] = "sample",
            ["form"] = form,
            ["draws"] = plan.Draws,
            ["stride"] = plan.Stride,
            ["path"] = path,
        });
        return WorkFolder.Read(path);
    }
}
