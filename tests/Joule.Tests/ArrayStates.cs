using Joule.States;

namespace Joule.Tests;

/// <summary>A set of states held in memory.</summary>
internal sealed class ArrayStates(string name, StateSpace space, float[][] rows) : StateSet
{
    public override string Name => name;

    public override StateSpace Space => space;

    public override int Count => rows.Length;

    public override void Read(int index, Span<float> state) => rows[index].CopyTo(state);
}
