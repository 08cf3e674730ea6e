using System.Text.Json;

namespace Joule.Gpu.Devices;

/// <summary>The block that was the fastest of those that were timed for a kernel.</summary>
/// <param name="Cut">The block.</param>
/// <param name="Milliseconds">Time of a launch with it.</param>
/// <param name="Untuned">Time of a launch with the block that is chosen without timing, in milliseconds.</param>
/// <param name="Count">Number of chains or states that were timed.</param>
internal sealed record TunedCut(BlockCut Cut, double Milliseconds, double Untuned, int Count)
{
    /// <summary>Writes it as JSON.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("chains", Cut.Chains);
            json.WriteNumber("threads", Cut.Threads);
            json.WriteNumber("blocks", Cut.Blocks);
            json.WriteNumber("cluster", Cut.Cluster);
            json.WriteNumber("milliseconds", Milliseconds);
            json.WriteNumber("untuned", Untuned);
            json.WriteNumber("count", Count);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null if it is something else, or no block that a kernel may have.</summary>
    public static TunedCut? Read(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement json = document.RootElement;
            BlockCut cut = new(Whole("chains"), Whole("threads"), Whole("blocks"), Whole("cluster"));
            bool isBlock = cut is { Chains: >= 1 and <= 64, Threads: >= 32 and <= 1024, Blocks: 1 or 2, Cluster: 0 or 1 or 2 or 4 or 8 };
            return isBlock && cut.Threads % 32 == 0 && cut.Threads >= cut.Chains
                ? new TunedCut(cut, json.GetProperty("milliseconds").GetDouble(), json.GetProperty("untuned").GetDouble(), Whole("count"))
                : null;

            int Whole(string name) => json.GetProperty(name).GetInt32();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
