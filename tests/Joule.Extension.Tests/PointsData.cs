using System.Globalization;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Extension.Tests;

/// <summary>Points in a text file, one a line.</summary>
[Named("points", "points in a text file, one a line, numbers between spaces")]
public sealed record PointsOptions : DataOptions
{
    /// <summary>Whether coordinates are divided by their largest size.</summary>
    public bool Scale { get; init; } = true;

    /// <inheritdoc/>
    public override DataSets Open(DataRequest request)
    {
        float[][] points = PointsTransform.Read(Source);
        PointsTransform transform = request.Transform as PointsTransform
            ?? new PointsTransform(points[0].Length, Scale ? points.Max(p => p.Max(Math.Abs)) : 1);
        return transform.Split(Source, points);
    }

    /// <inheritdoc/>
    public override DataTransform Restore(JsonObject fitted, string source) =>
        new PointsTransform((int)fitted["width"]!, (float)fitted["largest"]!);
}

/// <summary>How points were read.</summary>
[Named("points", "how points were read")]
public sealed record PointsReport : DataReport
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => [];

    /// <inheritdoc/>
    public override string Describe() => $"{Name}: {Shares("point")}";
}

/// <summary>Points as states: coordinates divided by their largest size.</summary>
public sealed class PointsTransform(int width, float largest) : DataTransform
{
    /// <inheritdoc/>
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(width));

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [".txt"];

    /// <inheritdoc/>
    public override StateSet Open(string source, DataRequest request) => new Points(source, Space, largest, Read(source));

    /// <inheritdoc/>
    public override DataSets OpenSets(string source, double validationShare, DataRequest request) => Split(source, Read(source));

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

    internal static float[][] Read(string path) =>
        [.. File.ReadAllLines(path).Select(line => line.Split(' ').Select(n => float.Parse(n, CultureInfo.InvariantCulture)).ToArray())];

    internal DataSets Split(string source, float[][] points)
    {
        Points train = new("train", Space, largest, points[..^10]), test = new("test", Space, largest, points[^10..]);
        return new DataSets(train, test, null, this, new PointsReport { Name = source, Train = train.Count, Test = test.Count });
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
