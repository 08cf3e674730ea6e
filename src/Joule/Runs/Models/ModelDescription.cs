using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Runs;

/// <summary>A model file's description, without its weights.</summary>
/// <param name="Config">The configuration of its training.</param>
/// <param name="Transform">Converts raw input to its states.</param>
public sealed record ModelDescription(RunConfig Config, DataTransform Transform)
{
    /// <summary>The layout of its states.</summary>
    public StateSpace Space => Transform.Space;

    /// <summary>How the training data were read and split; null if unknown.</summary>
    public DataReport? Data { get; init; }

    /// <summary>The names of the classes that the energy gives, in order; null: it does not classify.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>The key of the classes in a model file's description.</summary>
    internal const string ClassesKey = "classes";

    /// <summary>Reads the classes of a description.</summary>
    /// <exception cref="InvalidInputException">They are not a list of texts.</exception>
    internal static IReadOnlyList<string>? ReadClasses(JsonObject description) => description[ClassesKey] switch
    {
        null => null,
        JsonArray list when list.All(c => c?.GetValueKind() == JsonValueKind.String) => [.. list.Select(c => c!.GetValue<string>())],
        _ => throw InvalidInputException.Options("the description", [$"{ClassesKey} is not a list of texts"]),
    };
}
