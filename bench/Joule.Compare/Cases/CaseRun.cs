using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Joule.Networks;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>A case on one device, ready to run.</summary>
internal abstract class CaseRun : IDisposable
{
    /// <summary>Runs the case once.</summary>
    public abstract void Run();

    /// <summary>The numbers to compare with the peers, by name. Called before the first <see cref="Run"/>.</summary>
    public abstract IReadOnlyDictionary<string, float[]> Check();

    /// <summary>What <see cref="Sample"/> draws; null for a case without random draws to compare.</summary>
    public virtual SamplePlan? Sampling { get => null; init => throw new NotSupportedException(); }

    /// <summary>Draws of chains as <see cref="Sampling"/> says: all states of one draw after the other.</summary>
    public virtual float[] Sample() => [];

    /// <summary>Writes the numbers that the peer needs and describes the case to it.</summary>
    public abstract JsonObject Describe(WorkFolder folder);

    /// <summary>Frees the memory.</summary>
    public abstract void Dispose();

    /// <summary>
    /// Describes a network to the peer. If the first layer is dense, images are vectors for the peer, which is fastest there.
    /// </summary>
    public static JsonObject Describe(Network network, WorkFolder folder)
    {
        ArgumentNullException.ThrowIfNull(network);
        Shape s = network.Layers[0] is DenseLayer ? Shape.Vector(network.Plan.Input.Length) : network.Plan.Input;
        return new JsonObject
        {
            ["shape"] = new JsonArray(s.Channels, s.Height, s.Width),
            ["layers"] = new JsonArray([.. network.Layers.Select(OptionsJson.Write)]),
            ["names"] = new JsonArray([.. network.Plan.Parameters.Select(p => JsonValue.Create(p.Name))]),
            ["parameters"] = folder.Write("parameters", network.Parameters.Span),
        };
    }

    /// <summary>Adds the result of <see cref="Describe(Network, WorkFolder)"/> to a specification.</summary>
    protected static void Describe(JsonObject specification, Network network, WorkFolder folder)
    {
        foreach ((string key, JsonNode? value) in Describe(network, folder))
            specification[key] = value!.DeepClone();
    }
}
