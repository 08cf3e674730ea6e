using System.Text;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Runs;

/// <summary>A trained energy with its description: what a model file holds.</summary>
public sealed class Model : IDisposable
{
    /// <summary>The name of a model file in a run's folder.</summary>
    public const string FileName = "model.safetensors";

    private const string MetadataKey = "joule";
    private const int FormatVersion = 2;
    private const int LargestDescription = 1 << 18;

    /// <summary>Joins an energy, its configuration and what turns raw input into its states.</summary>
    public Model(NetworkEnergy energy, RunConfig config, DataTransform transform)
    {
        Energy = energy;
        Config = config;
        Transform = transform;
    }

    /// <summary>The energy.</summary>
    public NetworkEnergy Energy { get; }

    /// <summary>The configuration that it was trained by.</summary>
    public RunConfig Config { get; }

    /// <summary>What turns raw input into its states, and back.</summary>
    public DataTransform Transform { get; }

    /// <summary>How the data that it was trained on were read and shared out; null where it is not known.</summary>
    public DataReport? Data { get; init; }

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
            ? $"The folder {path} holds no {FileName}; {NoModel.Describe(path)}. Give the folder of a run that has finished an epoch, or a model file."
            : $"There is no model {path}. Give the folder of a run, or a model file; train one with: joule train");
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <param name="device">Where it will run.</param>
    /// <exception cref="InvalidInputException">There is no model, or it is damaged, or no model of Joule's.</exception>
    public static Model Load(string path, Device device)
    {
        string file = Find(path);
        return InputFile.Read(file, stream => Load(stream, file, device));
    }

    /// <summary>Loads a model from a stream that can seek and ends where the file ends.</summary>
    internal static Model Load(Stream stream, string file, Device device)
    {
        NoModel.Check(stream, file);
        SafeTensorsContent content = SafeTensors.Read(stream, file);
        ModelDescription description = Describe(content, file);
        RunConfig config = description.Config;
        StateSpace space = description.Space;
        Network network = Build(device, space.Shape, ((NetworkEnergyOptions)config.Energy).Layers, content, file);
        try
        {
            Dictionary<string, NamedTensor> tensors = content.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach (Parameter parameter in network.Plan.Parameters)
                network.Write(parameter, Weights(parameter, tensors, content, file));
            // A checkpoint is a model file with more in it.
            string? foreign = tensors.Keys.Except(network.Plan.Parameters.Select(p => p.Name)).FirstOrDefault(n => !n.StartsWith(CheckpointFile.Prefix, StringComparison.Ordinal));
            if (foreign is not null)
                throw InvalidInputException.At(file, tensors[foreign].FileOffset, $"the tensor \"{MessageText.Of(foreign)}\" is none that the network has. The file is no model of Joule's, or was changed.");
            network.Commit();
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return new Model(new NetworkEnergy(network, space), config, description.Transform) { Data = description.Data };
    }

    /// <summary>Reads what a model file says of itself, without its weights.</summary>
    /// <exception cref="InvalidInputException">There is no model, or it is damaged, or no model of Joule's.</exception>
    public static ModelDescription Describe(string path)
    {
        string file = Find(path);
        return InputFile.Read(file, stream => Describe(stream, file));
    }

    /// <summary>Reads the description from a stream that can seek and ends where the file ends.</summary>
    internal static ModelDescription Describe(Stream stream, string file)
    {
        NoModel.Check(stream, file);
        return Describe(SafeTensors.ReadDescription(stream, file), file);
    }

    /// <summary>Opens the data that it was trained on, as states of its own transform.</summary>
    /// <param name="log">Told one line for each thing that takes a while.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidInputException">They are not there, or cannot be used.</exception>
    public DataSets OpenData(Action<string> log, CancellationToken cancellation = default) =>
        Config.Data.Open(new DataRequest(Config.Seed, log, cancellation) { Transform = Transform, IsSettled = true });

    /// <summary>Writes a model file at once: all of it, or nothing.</summary>
    public void Save(string file) =>
        SafeTensors.Write(file, [.. Energy.Network.Plan.Parameters.Select(p => new NamedTensor(p.Name, [.. p.Dimensions], Energy.Network.Read(p)))], Metadata());

    /// <summary>Frees the energy.</summary>
    public void Dispose() => Energy.Dispose();

    /// <summary>What a model file says of itself.</summary>
    internal SortedDictionary<string, string> Metadata()
    {
        JsonObject description = new()
        {
            ["version"] = FormatVersion,
            ["config"] = Config.ToJson(),
            ["transform"] = Transform.ToJson(),
        };
        if (Data is not null)
            description["data"] = OptionsJson.Write(Data);
        return new SortedDictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt", [MetadataKey] = description.ToJsonString() };
    }

    private static ModelDescription Describe(SafeTensorsContent content, string file)
    {
        InvalidInputException Bad(string why, Exception? inner = null) =>
            InvalidInputException.At(file, content.MetadataOffset, $"the description of the model cannot be read: {why}. The file is damaged.", inner);
        if (!content.Metadata.TryGetValue(MetadataKey, out string? text))
            throw InvalidInputException.At(file, content.MetadataOffset, $"this is a safetensors file, but no model of Joule's: its metadata have no \"{MetadataKey}\".");
        if (text.Length > LargestDescription)
            throw Bad($"it has {text.Length} characters; at most {LargestDescription} are read");
        JsonObject description = new JsonText(file, content.MetadataOffset, inLines: false).Parse(Encoding.UTF8.GetBytes(text));
        if (Number(description["version"]) is not FormatVersion)
            throw InvalidInputException.At(file, content.MetadataOffset, $"this is a model of version {MessageText.Of(description["version"]?.ToJsonString() ?? "?")} of the format. This Joule reads version {FormatVersion}. {ConfigVersion.Advice}");
        if (description["config"] is not JsonObject config)
            throw Bad("it has no config");
        if (description["transform"] is not JsonObject transform)
            throw Bad("it has no transform");
        if (ConfigVersion.Problem(config) is { } problem)
            throw InvalidInputException.At(file, content.MetadataOffset, $"the configuration of the model {problem.Text}.");
        try
        {
            DataReport? data = description["data"] is JsonObject report ? OptionsJson.Read<DataReport>(report, "the report of its data") : null;
            RunConfig read = RunConfig.FromJson(config, "the configuration");
            return new ModelDescription(read, read.Data.Restore(transform, "the transform of its data")) { Data = data };
        }
        catch (InvalidInputException e) when (e.Problems.Count > 0)
        {
            throw Bad(e.Message.TrimEnd('.'), e);
        }
    }

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    // A network of no more parameters than the file has values: what a description claims takes no memory that the file does not account for.
    private static Network Build(Device device, Shape shape, IReadOnlyList<Layer> layers, SafeTensorsContent content, string file)
    {
        long values = 0;
        foreach (NamedTensor tensor in content.Tensors)
            values += tensor.Floats?.Length ?? 0;
        try
        {
            return new Network(device, shape, layers, values);
        }
        catch (InvalidInputException e)
        {
            throw InvalidInputException.At(file, content.MetadataOffset, $"the network that the file describes does not fit its tensors, or cannot be built: {e.Message}", e);
        }
    }

    private static float[] Weights(Parameter parameter, Dictionary<string, NamedTensor> tensors, SafeTensorsContent content, string file)
    {
        if (!tensors.TryGetValue(parameter.Name, out NamedTensor? tensor) || tensor.Floats is null)
            throw InvalidInputException.At(file, content.MetadataOffset, $"there is no float32 tensor \"{parameter.Name}\" ({Sides(parameter.Dimensions)}), which the network needs. The file is damaged.");
        if (!Same(tensor.Shape, parameter.Dimensions))
            throw InvalidInputException.At(file, tensor.FileOffset, $"the tensor \"{parameter.Name}\" is {Sides(tensor.Shape)}; the network needs {Sides(parameter.Dimensions)}. The file is damaged.");
        int bad = 0;
        while (bad < tensor.Floats.Length && float.IsFinite(tensor.Floats[bad]))
            bad++;
        if (bad < tensor.Floats.Length)
        {
            int columns = parameter.Length / parameter.Dimensions[0];
            throw InvalidInputException.At(file, tensor.FileOffset + 4L * bad, $"the tensor \"{parameter.Name}\" holds {tensor.Floats[bad]} at row {bad / columns}, column {bad % columns}; weights must be finite.");
        }
        return tensor.Floats;
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
