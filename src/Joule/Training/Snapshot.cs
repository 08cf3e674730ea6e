using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// The state of a training in its one form: named blocks of memory and named lists of numbers, of all its parts together. One call captures it and one restores it; a
/// checkpoint is the same on disk. The memory is taken once: to capture copies it.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private readonly IResumable[] _parts;
    private readonly StateMemory[] _layout;
    private readonly DeviceBuffer[] _copies;

    /// <summary>Takes the memory. The snapshot is empty: capture into it, or read it from a file.</summary>
    /// <param name="parts">Whose state it shall hold, in the order in which they are restored.</param>
    /// <exception cref="InvalidInputException">Two blocks have one name.</exception>
    public Snapshot(params IReadOnlyList<IResumable> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = [.. parts];
        _layout = [.. Layouts(_parts)];
        if (_layout.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidInputException($"Two blocks of a training's state are called \"{twice.Key}\"; each needs a name of its own.");
        _copies = [.. _layout.Select(m => DeviceBuffer.OnHost(m.Length))];
    }

    /// <summary>The lists of numbers.</summary>
    public StateNumbers Numbers { get; } = new();

    /// <summary>Names and sizes of the blocks.</summary>
    internal IReadOnlyList<StateMemory> Layout => _layout;

    /// <summary>Copies the state of all parts as it is now.</summary>
    public void Capture()
    {
        Numbers.Begin();
        foreach (IResumable part in _parts)
            part.Save(Numbers);
        Numbers.End();
        for (int i = 0, block = 0; i < _parts.Length; i++)
        {
            IReadOnlyList<StateMemory> memory = _parts[i].Memory;
            for (int j = 0; j < memory.Count; j++)
                memory[j].Read(Words(block++));
        }
    }

    /// <summary>Checks that the numbers go together, as after reading them from a file.</summary>
    /// <exception cref="InvalidInputException">They do not.</exception>
    public void Check()
    {
        foreach (IResumable part in _parts)
            part.Check(Numbers);
    }

    /// <summary>Makes all parts what they were.</summary>
    /// <exception cref="InvalidInputException">What was read from a file cannot be their state. Nothing is changed then.</exception>
    public void Restore() => Restore(_parts);

    /// <summary>Makes others of the same setup what the parts were: what follows is bit for bit what followed when the snapshot was captured.</summary>
    /// <param name="parts">One for each part, in order.</param>
    /// <exception cref="InvalidInputException">They are of another setup. Nothing is changed then.</exception>
    public void Restore(params IReadOnlyList<IResumable> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        StateMemory[] given = [.. Layouts(parts)];
        bool same = given.Length == _layout.Length;
        for (int i = 0; same && i < _layout.Length; i++)
            same = given[i].Name == _layout[i].Name && given[i].Count == _layout[i].Count && given[i].Width == _layout[i].Width;
        if (!same)
            throw new InvalidInputException("The snapshot was made for a training of another network, optimiser or objective.");
        foreach (IResumable part in parts)
            part.Check(Numbers);
        foreach (IResumable part in parts)
            part.Load(Numbers);
        for (int i = 0; i < given.Length; i++)
            given[i].Write(Words(i));
        foreach (IResumable part in parts)
            part.Loaded();
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (DeviceBuffer copy in _copies)
            copy.Dispose();
    }

    /// <summary>The copy of one block, as many words as the block has.</summary>
    internal Span<float> Words(int block) => _copies[block].Span;

    private static IEnumerable<StateMemory> Layouts(IEnumerable<IResumable> parts) => parts.SelectMany(p => p.Memory);
}
