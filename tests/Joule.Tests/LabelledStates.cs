using Joule.States;

namespace Joule.Tests;

/// <summary>A set of states with labels of its own.</summary>
internal sealed class LabelledStates(StateSet states, int classes) : StateSet
{
    public override string Name => states.Name;

    public override StateSpace Space => states.Space;

    public override int Count => states.Count;

    /// <summary>State i has the class i mod K.</summary>
    public override StateLabels? Labels { get; } = new(
        "kind", [.. Enumerable.Range(0, classes).Select(k => $"k{k}")], [.. Enumerable.Range(0, states.Count).Select(i => i % classes)]);

    public override void Read(int index, Span<float> state) => states.Read(index, state);
}
