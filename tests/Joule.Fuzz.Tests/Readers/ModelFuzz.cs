using System.Text;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Runs;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Model files, changed as safetensors files or in the description of the network.</summary>
public sealed class ModelFuzz : FuzzTarget, IDisposable
{
    private readonly Device _device = Device.Cpu(1);

    public override string Folder => "model";

    protected override Action<string> ReadFile => path => Model.Load(path, _device).Dispose();

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        Model.Load(stream, File, _device).Dispose();
    }

    public void Dispose() => _device.Dispose();

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => random.Below(8) switch
    {
        0 => Mutator.Change(seed, corpus, random),
        1 => SafeTensorsFuzz.WithHeader(seed, header => JsonMutator.Change(header, corpus, random)),
        _ => SafeTensorsFuzz.WithHeader(seed, header => Described(header, corpus, random)),
    };

    private static byte[] Described(byte[] header, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        if (Parsed(header)?["__metadata__"] is not JsonObject metadata || metadata["joule"] is not JsonValue description
            || !description.TryGetValue(out string? text))
            return header;
        metadata["joule"] = Encoding.UTF8.GetString(JsonMutator.Change(Encoding.UTF8.GetBytes(text), corpus, random));
        return Encoding.UTF8.GetBytes(metadata.Root.ToJsonString());
    }

    private static JsonNode? Parsed(byte[] header)
    {
        try
        {
            return JsonNode.Parse(header);
        }
        catch (System.Text.Json.JsonException)
        {
            return null; // a damaged file of the corpus
        }
    }
}
