using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;

namespace Joule.Runs;

/// <summary>A trained energy with its description: what a model file holds.</summary>
public sealed class Model : IDisposable
{
    /// <summary>The name of a model file in a run's folder.</summary>
    public const string FileName = "model.safetensors";

    private const string MetadataKey = "joule";
    private const int FormatVersion = 1;
    private const long LargestDescription = 1 << 20;

    /// <summary>Joins an energy and its configuration.</summary>
    public Model(NetworkEnergy energy, RunConfig config)
    {
        Energy = energy;
        Config = config;
    }

    /// <summary>The energy.</summary>
    public NetworkEnergy Energy { get; }

    /// <summary>The configuration that it was trained by.</summary>
    public RunConfig Config { get; }

    /// <summary>Finds the model file that a path means: the file itself, or the one in a run's folder.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (File.Exists(path))
            return path;
        string inFolder = Path.Combine(path, FileName);
        if (File.Exists(inFolder))
            return inFolder;
        throw new InvalidInputException(Directory.Exists(path)
            ? $"The folder {path} holds no {FileName}. Give the folder of a run that has finished an epoch, or a model file."
            : $"There is no model {path}. Give the folder of a run, or a model file; train one with: joule train");
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <param name="device">Where it will run.</param>
    /// <exception cref="InvalidInputException">There is no model, or it is damaged, or no model of Joule's.</exception>
    public static Model Load(string path, Device device)
    {
        string file = Find(path);
        SafeTensorsContent content = SafeTensors.Read(file);
        (Shape shape, RunConfig config) = Describe(content.Metadata, file);
        StateSpace space = StateSpace.Box(shape, config.Images.Low, config.Images.High);
        Network network = new(device, shape, config.Network);
        try
        {
            Dictionary<string, NamedTensor> tensors = content.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach (Parameter parameter in network.Plan.Parameters)
                Fill(network.Values(parameter), parameter, tensors, file);
            // A checkpoint is a model file with more in it.
            string? foreign = tensors.Keys.Except(network.Plan.Parameters.Select(p => p.Name)).FirstOrDefault(n => !n.StartsWith(CheckpointFile.Prefix, StringComparison.Ordinal));
            if (foreign is not null)
                throw new InvalidInputException($"{file} holds the tensor \"{foreign}\", which its network does not have. The file is no model of Joule's, or was changed.");
            network.Commit();
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return new Model(new NetworkEnergy(network, space), config);
    }

    /// <summary>Reads what a model file says of itself, without its weights.</summary>
    /// <exception cref="InvalidInputException">There is no model, or it is damaged, or no model of Joule's.</exception>
    public static (Shape Shape, RunConfig Config) Describe(string path)
    {
        string file = Find(path);
        return Describe(SafeTensors.ReadMetadata(file), file);
    }

    /// <summary>Writes a model file at once: all of it, or nothing.</summary>
    public void Save(string file) =>
        SafeTensors.Write(file, [.. Energy.Network.Plan.Parameters.Select(p => new NamedTensor(p.Name, [.. p.Dimensions], Energy.Network.Values(p).ToArray()))], Metadata());

    /// <summary>Frees the energy.</summary>
    public void Dispose() => Energy.Dispose();

    /// <summary>What a model file says of itself.</summary>
    internal SortedDictionary<string, string> Metadata()
    {
        JsonObject description = new()
        {
            ["version"] = FormatVersion,
            ["shape"] = new JsonArray(Energy.Space.Shape.Channels, Energy.Space.Shape.Height, Energy.Space.Shape.Width),
            ["config"] = Config.ToJson(),
        };
        return new SortedDictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt", [MetadataKey] = description.ToJsonString() };
    }

    private static (Shape Shape, RunConfig Config) Describe(IReadOnlyDictionary<string, string> metadata, string file)
    {
        if (!metadata.TryGetValue(MetadataKey, out string? text))
            throw new InvalidInputException($"{file} is a safetensors file, but no model of Joule's: its metadata have no \"{MetadataKey}\".");
        try
        {
            if (text.Length > LargestDescription)
                throw new JsonException($"it has {text.Length} characters");
            JsonObject description = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 48 }) as JsonObject ?? throw new JsonException("it is no object");
            if (description["version"]?.GetValue<int>() is not FormatVersion)
                throw new InvalidInputException($"{file} was written in version {description["version"]?.ToJsonString() ?? "?"} of the model format; this Joule reads version {FormatVersion}. Use the Joule that wrote it, or a newer one.");
            JsonArray sides = description["shape"] as JsonArray ?? throw new JsonException("it has no shape");
            int[] shape = new int[sides.Count];
            bool fits = shape.Length == 3;
            for (int i = 0; i < shape.Length; i++)
            {
                shape[i] = sides[i]?.GetValue<int>() ?? 0;
                fits &= shape[i] is >= 1 and <= 65536;
            }
            if (!fits)
                throw new JsonException($"its shape is {sides.ToJsonString()}");
            RunConfig config = RunConfig.FromJson(description["config"] as JsonObject ?? throw new JsonException("it has no config"), $"The configuration in {file}");
            return (new Shape(shape[0], shape[1], shape[2]), config);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new InvalidInputException($"{file}: the description of the model cannot be read: {e.Message}. The file is damaged.", e);
        }
    }

    private static void Fill(Span<float> values, Parameter parameter, Dictionary<string, NamedTensor> tensors, string file)
    {
        if (!tensors.TryGetValue(parameter.Name, out NamedTensor? tensor) || tensor.Floats is null)
            throw new InvalidInputException($"{file} has no float32 tensor \"{parameter.Name}\" ({Sides(parameter.Dimensions)}), which its network needs. The file is damaged.");
        if (!Same(tensor.Shape, parameter.Dimensions))
            throw new InvalidInputException($"{file}: the tensor \"{parameter.Name}\" is {Sides(tensor.Shape)}; the network needs {Sides(parameter.Dimensions)}. The file is damaged.");
        for (int i = 0; i < values.Length; i++)
        {
            float value = tensor.Floats[i];
            values[i] = float.IsFinite(value) ? value
                : throw new InvalidInputException($"{file}: the tensor \"{parameter.Name}\" holds {value} at place {i}; weights must be finite.");
        }
    }

    private static bool Same(IReadOnlyList<int> shape, IReadOnlyList<int> dimensions)
    {
        bool same = shape.Count == dimensions.Count;
        for (int d = 0; same && d < shape.Count; d++)
            same = shape[d] == dimensions[d];
        return same;
    }

    private static string Sides(IReadOnlyList<int> shape) => string.Join("×", shape);
}
