using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Shifts and scales the numbers of a known energy's states: z = (x − mean)/deviation, fitted on the training draws. States of other
/// domains than the reals stay as they are.
/// </summary>
public sealed class DrawsTransform : DataTransform
{
    private const int MostRows = 1 << 24; // of a file

    private readonly float[] _means;
    private readonly float[] _deviations;

    private DrawsTransform(string source, Energy truth, float[] means, float[] deviations) =>
        (Source, Truth, _means, _deviations) = (source, truth, means, deviations);

    /// <summary>The name of the known energy.</summary>
    public string Source { get; }

    /// <summary>The known energy, on states in its own units.</summary>
    public Energy Truth { get; }

    /// <summary>What is subtracted from each number.</summary>
    public IReadOnlyList<float> Means => _means;

    /// <summary>What each number is then divided by.</summary>
    public IReadOnlyList<float> Deviations => _deviations;

    /// <inheritdoc/>
    public override StateSpace Space => Truth.Space;

    /// <inheritdoc/>
    public override string Note => _deviations.All(d => d == 1) && _means.All(m => m == 0) ? "" : ", standardised";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [".npy", ".csv"];

    /// <summary>The names of the numbers of a state.</summary>
    public IReadOnlyList<string> Names => field ??=
        [.. Enumerable.Range(0, Space.Width).Select(i => Truth is IKnown known ? known.ParameterName(i) : $"x{i}")];

    /// <summary>Fits the transform on training draws.</summary>
    /// <param name="source">The name of the known energy.</param>
    /// <param name="truth">The energy.</param>
    /// <param name="train">The training draws.</param>
    /// <param name="standardize">Whether numbers are shifted and scaled at all.</param>
    internal static DrawsTransform Fit(string source, Energy truth, StateSet train, bool standardize)
    {
        int width = truth.Space.Width;
        float[] means = new float[width], deviations = new float[width], state = new float[width];
        Array.Fill(deviations, 1);
        if (!standardize || truth.Space.Domain != Domain.Real)
            return new DrawsTransform(source, truth, means, deviations);
        double[] sums = new double[width], squares = new double[width];
        for (int pass = 0; pass < 2; pass++)
        {
            for (int row = 0; row < train.Count; row++)
            {
                train.Read(row, state);
                for (int i = 0; i < width; i++)
                {
                    if (pass == 0)
                        sums[i] += state[i];
                    else
                        squares[i] += Math.Pow(state[i] - sums[i] / train.Count, 2);
                }
            }
        }
        for (int i = 0; i < width; i++)
        {
            double deviation = Math.Sqrt(squares[i] / train.Count);
            (means[i], deviations[i]) = ((float)(sums[i] / train.Count), deviation > 0 ? (float)deviation : 1);
        }
        return new DrawsTransform(source, truth, means, deviations);
    }

    /// <summary>A set in the units of the source as a set of states.</summary>
    /// <param name="raw">The set.</param>
    internal StateSet Apply(StateSet raw) => new ScaledStates(this, raw);

    /// <summary>Converts a state to the units of the source, in place.</summary>
    /// <param name="state">The state.</param>
    public void ToSource(Span<float> state)
    {
        for (int i = 0; i < state.Length; i++)
            state[i] = state[i] * _deviations[i] + _means[i];
    }

    /// <inheritdoc/>
    public override StateSet Open(string source, DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        return DrawnEnergies.NameOf(source) is { } name && !Path.Exists(source)
            ? OpenSets(name, 0, request).Test
            : Apply(new ReadStates(source, Space, Names, ReadFile(source)));
    }

    /// <inheritdoc/>
    public override DataSets OpenSets(string source, double validationShare, DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        if (DrawnEnergies.NameOf(source) is { } name && !Path.Exists(source))
        {
            Energy energy = DrawnEnergies.Create(name);
            CheckWidth(name, energy.Space.Width);
            return new DrawsDataOptions { Source = name, ValidationShare = validationShare }.Open(request with { Transform = this });
        }
        StateSet all = Open(source, request);
        return new DataSets(all, all, null, this, new DrawsDataReport { Name = source, Test = all.Count, Width = Space.Width });
    }

    /// <inheritdoc/>
    public override JsonObject ToJson() => new()
    {
        ["source"] = Source,
        ["means"] = OptionsJson.Value(_means),
        ["deviations"] = OptionsJson.Value(_deviations),
    };

    /// <summary>Restores a fitted transform.</summary>
    /// <param name="json">The result of <see cref="ToJson"/>.</param>
    /// <param name="source">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The JSON is not valid.</exception>
    internal static DrawsTransform FromJson(JsonNode? json, string source)
    {
        Fitted fitted = OptionsJson.Read<Fitted>(json, source);
        Energy truth = DrawnEnergies.Create(fitted.Source);
        int width = truth.Space.Width;
        if (fitted.Means.Count != width || fitted.Deviations.Count != width || fitted.Deviations.Any(d => !(d > 0)))
        {
            throw new InvalidInputException($"{source}: \"means\" and \"deviations\" must be {Counted.Of(width, "number")} each, as many "
                + $"as a state of {fitted.Source} has, and deviations above 0.");
        }
        return new DrawsTransform(fitted.Source, truth, [.. fitted.Means], [.. fitted.Deviations]);
    }

    /// <inheritdoc/>
    public override string? Write(string path, ReadOnlySpan<float> states, int count)
    {
        float[] raw = states[..(count * Space.Width)].ToArray();
        for (int i = 0; i < count; i++)
            ToSource(raw.AsSpan(i * Space.Width, Space.Width));
        if (Path.GetExtension(path) != ".csv")
        {
            NpyFile.Write(path, [count, Space.Width], raw);
            return null;
        }
        StringBuilder text = new(string.Join(',', Names) + "\n");
        for (int i = 0; i < count; i++)
        {
            ArraySegment<float> point = new(raw, i * Space.Width, Space.Width);
            text.AppendJoin(',', point.Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
        return null;
    }

    private float[] ReadFile(string source)
    {
        if (!Path.Exists(source))
        {
            throw new InvalidInputException($"There is no file {source}, and no energy of that name draws exact states. Give an .npy file "
                + $"of points, or one of {string.Join(", ", DrawnEnergies.Names)}.");
        }
        NpyArray array = NpyFile.Read(source);
        if (array.Shape.Count != 2 || array.Shape[0] < 1 || array.Shape[0] > MostRows)
        {
            throw new InvalidInputException($"{source} has the shape {NpyArray.Describe(array.Shape)}; points are an array of two "
                + $"dimensions, (points, {Space.Width}).");
        }
        CheckWidth(source, array.Shape[1]);
        float[] values = array.Floats ?? [.. array.Bytes!.Select(b => (float)b)];
        int bad = Array.FindIndex(values, v => !float.IsFinite(v));
        return bad < 0 ? values
            : throw new InvalidInputException($"{source}: point {bad / Space.Width} holds {values[bad]}; every number must be finite.");
    }

    private void CheckWidth(string source, int width)
    {
        if (width != Space.Width)
        {
            throw new InvalidInputException($"{source}: a point has {Counted.Of(width, "number")}; the model was trained on points of "
                + $"{Space.Width}, those of {Source}.");
        }
    }

    /// <summary>The part of the transform that a model saves.</summary>
    internal sealed record Fitted
    {
        /// <summary>The name of the known energy.</summary>
        public required string Source { get; init; }

        /// <summary>What is subtracted.</summary>
        public required IReadOnlyList<float> Means { get; init; }

        /// <summary>What numbers are then divided by.</summary>
        public required IReadOnlyList<float> Deviations { get; init; }
    }

    private sealed class ScaledStates(DrawsTransform transform, StateSet raw) : StateSet
    {
        public override string Name => raw.Name;

        public override StateSpace Space => transform.Space;

        public override int Count => raw.Count;

        public override string Noun => "point";

        public override IReadOnlyList<string>? ColumnNames => transform.Names;

        public override void Read(int index, Span<float> state)
        {
            raw.Read(index, state);
            for (int i = 0; i < state.Length; i++)
                state[i] = (state[i] - transform._means[i]) / transform._deviations[i];
        }
    }

    private sealed class ReadStates(string name, StateSpace space, IReadOnlyList<string> names, float[] values) : StateSet
    {
        public override string Name => name;

        public override StateSpace Space => space;

        public override int Count => values.Length / space.Width;

        public override IReadOnlyList<string>? ColumnNames => names;

        public override void Read(int index, Span<float> state) => values.AsSpan(index * space.Width, space.Width).CopyTo(state);
    }
}
