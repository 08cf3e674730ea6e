using System.Text;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Networks;
using Joule.States;

namespace Joule.Runs;

/// <summary>A trained energy with its description: the content of a model file.</summary>
public sealed class Model : IDisposable
{
    /// <summary>The name of a model file in a run's folder.</summary>
    public const string FileName = "model.safetensors";

    internal const string MetadataKey = "joule";
    private const int FormatVersion = 2;
    private const int LargestDescription = 12 << 20; // a table with many columns; the number of values is limited too

    /// <summary>Combines an energy, its configuration and its data transform.</summary>
    /// <exception cref="InvalidInputException">The energy has no parameters to store.</exception>
    public Model(Energy energy, RunConfig config, DataTransform transform)
    {
        ArgumentNullException.ThrowIfNull(energy);
        Energy = energy;
        Trained = energy.Require<ITrainable>("A model");
        Config = config;
        Transform = transform;
    }

    /// <summary>The energy.</summary>
    public Energy Energy { get; }

    /// <summary>The same energy, with access to its parameters.</summary>
    public ITrainable Trained { get; }

    /// <summary>The configuration of its training.</summary>
    public RunConfig Config { get; }

    /// <summary>Converts raw input to its states, and back.</summary>
    public DataTransform Transform { get; }

    /// <summary>How the training data were read and split; null if unknown.</summary>
    public DataReport? Data { get; init; }

    /// <summary>The energies of normal rows that give p-values and alarms; null: the model is not calibrated.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>The names of the classes that the energy gives (<see cref="IClassifier"/>), in order; null: it does not classify.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The model file of a path: the file itself, or the one in a run's folder.</summary>
    /// <exception cref="InvalidInputException">There is no model file.</exception>
    public static string Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (File.Exists(path))
            return path;
        string inFolder = Path.Combine(path, FileName);
        if (File.Exists(inFolder))
            return inFolder;
        throw new InvalidInputException(Directory.Exists(path)
            ? $"The folder {path} holds no {FileName}; {NoModel.Describe(path)}. "
                + "Give the folder of a run that has finished an epoch, or a model file."
            : $"There is no model {path}. Give the folder of a run, or a model file; train one with: joule train");
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <param name="device">The device that it will run on.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or not a Joule model.</exception>
    public static Model Load(string path, Device device)
    {
        string file = Find(path);
        return InputFile.Read(file, stream => Load(stream, file, device));
    }

    /// <summary>Loads a model from a seekable stream that ends where the file ends.</summary>
    internal static Model Load(Stream stream, string file, Device device)
    {
        NoModel.Check(stream, file);
        SafeTensorsContent content = SafeTensors.Read(stream, file);
        ModelDescription description = Describe(content, file);
        RunConfig config = description.Config;
        StateSpace space = description.Space;
        Energy energy = Build(device, space, config.Energy, content, file);
        try
        {
            Model model = new(energy, config, description.Transform)
            {
                Data = description.Data,
                Calibration = ModelCalibration.Read(content, file),
                Classes = description.Classes,
            };
            ITrainable trained = model.Trained;
            Dictionary<string, NamedTensor> tensors = content.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach (Parameter parameter in trained.Tensors)
                device.Upload(Weights(parameter, tensors, content, file), Place(trained, parameter));
            // A checkpoint is a model file with additional tensors.
            string? foreign = tensors.Keys.Except(trained.Tensors.Select(p => p.Name))
                .FirstOrDefault(n => n != ModelCalibration.TensorName && !n.StartsWith(CheckpointFile.Prefix, StringComparison.Ordinal));
            if (foreign is not null)
            {
                throw InvalidInputException.At(file, tensors[foreign].FileOffset,
                    $"the energy has no tensor \"{MessageText.Of(foreign)}\". The file is not a model of Joule, or was changed.");
            }
            trained.Commit();
            return model;
        }
        catch
        {
            (energy as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model file's description, without its weights.</summary>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or not a Joule model.</exception>
    public static ModelDescription Describe(string path)
    {
        string file = Find(path);
        return InputFile.Read(file, stream => Describe(stream, file));
    }

    /// <summary>Reads the description from a seekable stream that ends where the file ends.</summary>
    internal static ModelDescription Describe(Stream stream, string file)
    {
        NoModel.Check(stream, file);
        return Describe(SafeTensors.ReadDescription(stream, file), file);
    }

    /// <summary>Opens the training data through the model's own transform.</summary>
    /// <param name="log">Receives one line for each slow operation.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InvalidInputException">The data are missing or cannot be used.</exception>
    public DataSets OpenData(Action<string> log, CancellationToken cancellation = default) =>
        Config.Data.Open(new DataRequest(Config.Seed, log, cancellation) { Transform = Transform, IsSettled = true });

    /// <summary>Writes a model file atomically.</summary>
    public void Save(string file)
    {
        List<NamedTensor> tensors = [.. Trained.Tensors.Select(p => new NamedTensor(p.Name, [.. p.Dimensions], Values(p)))];
        if (Calibration is not null)
            tensors.Add(ModelCalibration.Tensor(Calibration));
        SafeTensors.Write(file, tensors, Metadata());
    }

    /// <summary>Frees the energy.</summary>
    public void Dispose() => (Energy as IDisposable)?.Dispose();

    /// <summary>The floats of one parameter.</summary>
    /// <param name="parameter">One of <see cref="ITrainable.Tensors"/>.</param>
    public float[] Values(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        float[] values = new float[parameter.Length];
        Trained.Device.Download(Place(Trained, parameter), values);
        return values;
    }

    /// <summary>The metadata of the model file.</summary>
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
        if (Classes is not null)
            description[ModelDescription.ClassesKey] = new JsonArray([.. Classes.Select(c => JsonValue.Create(c))]);
        if (Calibration is not null)
            description[ModelCalibration.Key] = ModelCalibration.Json(Calibration);
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "pt",
            [MetadataKey] = description.ToJsonString(),
        };
    }

    /// <summary>The description in a model file's metadata.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="offset">Where the metadata lie in the file, in bytes.</param>
    /// <param name="file">The file's name in messages.</param>
    /// <exception cref="InvalidInputException">It is not a JSON object.</exception>
    internal static JsonObject Parse(string text, long offset, string file) =>
        new JsonText(file, offset, inLines: false).Parse(Encoding.UTF8.GetBytes(text));

    private static ModelDescription Describe(SafeTensorsContent content, string file)
    {
        InvalidInputException Bad(string why, Exception? inner = null) =>
                InvalidInputException.At(file, content.MetadataOffset,
                    $"the description of the model cannot be read: {why}. The file is damaged.", inner);
        if (!content.Metadata.TryGetValue(MetadataKey, out string? text))
        {
            throw InvalidInputException.At(file, content.MetadataOffset,
                $"this is a safetensors file, but not a Joule model: its metadata have no \"{MetadataKey}\".");
        }
        if (text.Length > LargestDescription)
            throw Bad($"it has {text.Length} characters; at most {LargestDescription} are read");
        JsonObject description = Parse(text, content.MetadataOffset, file);
        if (Number(description["version"]) is not FormatVersion)
        {
            string version = MessageText.Of(description["version"]?.ToJsonString() ?? "?");
            throw InvalidInputException.At(file, content.MetadataOffset,
                $"this is a model of format version {version}. This Joule reads version {FormatVersion}. {ConfigVersion.Advice}");
        }
        if (description["config"] is not JsonObject config)
            throw Bad("it has no config");
        if (description["transform"] is not JsonObject transform)
            throw Bad("it has no transform");
        if (ConfigVersion.Problem(config) is { } problem)
            throw InvalidInputException.At(file, content.MetadataOffset, $"the configuration of the model {problem.Text}.");
        try
        {
            DataReport? data = description["data"] is JsonObject report
                ? OptionsJson.Read<DataReport>(report, "the report of its data")
                : null;
            RunConfig read = RunConfig.FromJson(config, "the configuration");
            return new ModelDescription(read, read.Data.Restore(transform, "the transform of its data"))
            {
                Data = data,
                Classes = ModelDescription.ReadClasses(description),
            };
        }
        catch (InvalidInputException e) when (e.Problems.Count > 0)
        {
            throw Bad(e.Message.TrimEnd('.'), e);
        }
    }

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    // The energy may have no more parameters than the file has values: a false description cannot claim more memory than the file.
    private static Energy Build(Device device, StateSpace space, EnergyOptions options, SafeTensorsContent content, string file)
    {
        long values = 0;
        foreach (NamedTensor tensor in content.Tensors)
            values += tensor.Floats?.Length ?? 0;
        try
        {
            return options.Create(device, space, values);
        }
        catch (InvalidInputException e)
        {
            throw InvalidInputException.At(file, content.MetadataOffset,
                $"the energy that the file describes does not fit its tensors, or cannot be built: {e.Message}", e);
        }
    }

    private static Rows Place(ITrainable trained, Parameter parameter) =>
        new(trained.Parameters.Buffer, trained.Parameters.Offset + parameter.Offset, 1, parameter.Length);

    private static float[] Weights(Parameter parameter, Dictionary<string, NamedTensor> tensors, SafeTensorsContent content, string file)
    {
        if (!tensors.TryGetValue(parameter.Name, out NamedTensor? tensor) || tensor.Floats is null)
        {
            throw InvalidInputException.At(file, content.MetadataOffset, $"there is no float32 tensor \"{parameter.Name}\" "
                + $"({Sides(parameter.Dimensions)}), which the energy needs. The file is damaged.");
        }
        if (!Same(tensor.Shape, parameter.Dimensions))
        {
            throw InvalidInputException.At(file, tensor.FileOffset, $"the tensor \"{parameter.Name}\" is {Sides(tensor.Shape)}; "
                + $"the energy needs {Sides(parameter.Dimensions)}. The file is damaged.");
        }
        int bad = 0;
        while (bad < tensor.Floats.Length && float.IsFinite(tensor.Floats[bad]))
            bad++;
        if (bad < tensor.Floats.Length)
        {
            int columns = parameter.Length / parameter.Dimensions[0];
            throw InvalidInputException.At(file, tensor.FileOffset + 4L * bad, $"the tensor \"{parameter.Name}\" holds "
                + $"{tensor.Floats[bad]} at row {bad / columns}, column {bad % columns}; weights must be finite.");
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
