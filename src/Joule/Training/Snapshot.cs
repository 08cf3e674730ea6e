using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// The state of a training: the named blocks of memory and named lists of numbers of all its parts. A checkpoint is the same on disk. The
/// memory is allocated once; capturing copies the state into it.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private readonly IResumable[] _parts;
    private readonly StateMemory[] _layout;
    private readonly DeviceBuffer[] _copies;

    /// <summary>Allocates an empty snapshot: capture into it, or read it from a file.</summary>
    /// <param name="parts">The parts, in the order in which they are restored.</param>
    /// <exception cref="InvalidInputException">Two blocks have the same name.</exception>
    public Snapshot(params IReadOnlyList<IResumable> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = [.. parts];
        _layout = [.. Layouts(_parts)];
        if (_layout.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidInputException($"Two blocks of a training's state are called \"{twice.Key}\"; names must be unique.");
        _copies = [.. _layout.Select(m => DeviceBuffer.OnHost(m.Length))];
    }

    /// <summary>The lists of numbers.</summary>
    public StateNumbers Numbers { get; } = new();

    /// <summary>Names and sizes of the blocks.</summary>
    internal IReadOnlyList<StateMemory> Layout => _layout;

    /// <summary>Copies the current state of all parts.</summary>
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

    /// <summary>Checks that the numbers fit all parts, for example after reading them from a file.</summary>
    /// <exception cref="InvalidInputException">They do not fit.</exception>
    public void Check()
    {
        foreach (IResumable part in _parts)
            part.Check(Numbers);
    }

    /// <summary>Restores all parts.</summary>
    /// <exception cref="InvalidInputException">The state does not fit the parts. Nothing is changed then.</exception>
    public void Restore() => Restore(_parts);

    /// <summary>
    /// Restores the state into other parts of the same setup: they continue bit for bit as the captured ones did.
    /// </summary>
    /// <param name="parts">One for each captured part, in order.</param>
    /// <exception cref="InvalidInputException">The parts are of another setup. Nothing is changed then.</exception>
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

    /// <summary>The copy of one block, as 32-bit words.</summary>
    internal Span<float> Words(int block) => _copies[block].Span;

    private static IEnumerable<StateMemory> Layouts(IEnumerable<IResumable> parts) => parts.SelectMany(p => p.Memory);
}
