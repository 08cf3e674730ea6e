using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>
/// A named block of memory that the next step of a training needs, in words of 4 bytes: float32 or whole numbers. Who keeps such memory lists it; snapshots and
/// checkpoints copy it, bit for bit, without knowing what it means.
/// </summary>
public sealed class StateMemory
{
    private readonly Rows _floats;
    private readonly int[]? _numbers;

    /// <summary>Memory of float32.</summary>
    /// <param name="name">What it is, for example <c>optimizer.mean</c>; one name for one thing in a training.</param>
    /// <param name="floats">The memory itself, not a copy.</param>
    public StateMemory(string name, Rows floats)
    {
        (Name, _floats, Count, Width) = (name, floats, floats.Count, floats.Width);
    }

    /// <summary>Memory of whole numbers.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="numbers">The memory itself, not a copy.</param>
    /// <param name="most">The largest value that can be used; the least is 0.</param>
    public StateMemory(string name, int[] numbers, int most)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        (Name, _numbers, Count, Width, Most) = (name, numbers, numbers.Length, 1, most);
    }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Words in a row.</summary>
    public int Width { get; }

    /// <summary>Words in all rows.</summary>
    public int Length => Count * Width;

    /// <summary>Whether the words are whole numbers, and no float32.</summary>
    public bool IsWhole => _numbers is not null;

    /// <summary>The largest whole number that can be used; the least is 0.</summary>
    public int Most { get; }

    /// <summary>Copies the memory, as it is now, to the host.</summary>
    /// <param name="words">Receives <see cref="Length"/> words; whole numbers bit for bit.</param>
    public void Read(Span<float> words)
    {
        if (_numbers is not null)
            MemoryMarshal.Cast<int, float>(_numbers.AsSpan()).CopyTo(words);
        else if (_floats.Buffer.Device is { } device)
            device.Download(_floats, words);
        else
            _floats.Span.CopyTo(words);
    }

    /// <summary>Overwrites the memory.</summary>
    /// <param name="words"><see cref="Length"/> words, as <see cref="Read"/> gave them.</param>
    public void Write(ReadOnlySpan<float> words)
    {
        if (_numbers is not null)
            words.CopyTo(MemoryMarshal.Cast<int, float>(_numbers.AsSpan()));
        else if (_floats.Buffer.Device is { } device)
            device.Upload(words, _floats);
        else
            words.CopyTo(_floats.Span);
    }
}
