using System.Globalization;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Extension.Tests;

/// <summary>Points in a text file: one per line, coordinates separated by spaces. The last 10 points are the test set.</summary>
[Named("points", "points in a text file, one per line, coordinates separated by spaces")]
public sealed record PointsOptions : DataOptions
{
    /// <summary>Whether coordinates are divided by the largest absolute coordinate.</summary>
    public bool Scale { get; init; } = true;

    /// <inheritdoc/>
    public override DataSets Open(DataRequest request)
    {
        float[][] points = PointsTransform.Read(Source);
        PointsTransform transform = request.Transform as PointsTransform
            ?? new PointsTransform(points[0].Length, Scale ? points.Max(p => p.Max(Math.Abs)) : 1);
        return transform.Split(Source, points, ValidationShare);
    }

    /// <inheritdoc/>
    public override DataTransform Restore(JsonObject fitted, string source)
    {
        // A model file may come from anywhere, so what it holds is checked.
        if (fitted["width"] is JsonValue number && number.TryGetValue(out int width) && width > 0
            && fitted["largest"] is JsonValue value && value.TryGetValue(out float largest) && float.IsFinite(largest) && largest > 0)
        {
            return new PointsTransform(width, largest);
        }
        throw new InvalidInputException($"{source}: \"width\" and \"largest\" must be numbers above 0.");
    }
}

/// <summary>How points were read and split.</summary>
[Named("points", "how points were read and split")]
public sealed record PointsReport : DataReport
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => [];

    /// <inheritdoc/>
    public override string Describe() => $"{Name}: {Shares("point")}";
}

/// <summary>Points as states of real numbers: coordinates divided by the largest one of the training file.</summary>
public sealed class PointsTransform(int width, float largest) : DataTransform
{
    private const int TestCount = 10;

    /// <inheritdoc/>
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(width));

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [".txt"];

    /// <inheritdoc/>
    public override StateSet Open(string source, DataRequest request) => new Points(source, Space, largest, Checked(source, Read(source)));

    /// <inheritdoc/>
    public override DataSets OpenSets(string source, double validationShare, DataRequest request) =>
        Split(source, Read(source), validationShare);

    /// <inheritdoc/>
    public override JsonObject ToJson() => new() { ["width"] = width, ["largest"] = largest };

    /// <inheritdoc/>
    public override string? Write(string path, ReadOnlySpan<float> states, int count)
    {
        List<string> lines = [];
        for (int i = 0; i < count; i++)
        {
            float[] point = states.Slice(i * width, width).ToArray();
            lines.Add(string.Join(' ', point.Select(v => (v * largest).ToString("R", CultureInfo.InvariantCulture))));
        }
        File.WriteAllLines(path, lines);
        return null;
    }

    /// <summary>Reads a file of points.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or a line is not a point; the line is named.</exception>
    internal static float[][] Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"{path}: there is no such file.");
        float[][] points = [.. File.ReadLines(path).Select((line, i) => Parse(path, line, i + 1))];
        return points.Length > 0 ? points : throw new InvalidInputException($"{path} is empty. It must hold one point per line.");
    }

    /// <summary>
    /// Splits points, in the order of the file, into a training set, a validation set (if its share is above 0) and a test set.
    /// </summary>
    /// <exception cref="InvalidInputException">There are too few points, or they have another number of coordinates.</exception>
    internal DataSets Split(string source, float[][] points, double validationShare)
    {
        Checked(source, points);
        int rest = points.Length - TestCount, validates = (int)(rest * validationShare), trains = rest - validates;
        if (trains < 1)
            throw new InvalidInputException($"{source} has {points.Length} points; at least {TestCount + 1} are needed.");
        Points train = new("train", Space, largest, points[..trains]), test = new("test", Space, largest, points[rest..]);
        Points? validation = validates > 0 ? new("validation", Space, largest, points[trains..rest]) : null;
        PointsReport report = new() { Name = source, Train = train.Count, Test = test.Count, Validation = validates };
        return new DataSets(train, test, validation, this, report);
    }

    private static float[] Parse(string path, string line, int number)
    {
        string[] words = line.Split(' ');
        float[] point = new float[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!float.TryParse(words[i], CultureInfo.InvariantCulture, out point[i]) || !float.IsFinite(point[i]))
                throw new InvalidInputException($"{path}, line {number}: expected coordinates separated by spaces, not \"{words[i]}\".");
        }
        return point;
    }

    private float[][] Checked(string source, float[][] points)
    {
        for (int i = 0; i < points.Length; i++)
        {
            if (points[i].Length != width)
            {
                throw new InvalidInputException(
                    $"{source}, line {i + 1}: the point has {points[i].Length} coordinates; {width} are needed.");
            }
        }
        return points;
    }

    private sealed class Points(string name, StateSpace space, float largest, float[][] points) : StateSet
    {
        public override string Name => name;

        public override StateSpace Space => space;

        public override int Count => points.Length;

        public override string Noun => "point";

        public override void Read(int index, Span<float> state)
        {
            for (int i = 0; i < state.Length; i++)
                state[i] = points[index][i] / largest;
        }
    }
}
