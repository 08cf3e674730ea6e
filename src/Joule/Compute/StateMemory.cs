using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>
/// A named block of memory that the next step of a training needs, in 4-byte words: float32 or integers. Its owner lists it; snapshots and
/// checkpoints copy it, bit for bit, without knowing its meaning.
/// </summary>
public sealed class StateMemory
{
    private readonly Rows _floats;
    private readonly int[]? _numbers;

    /// <summary>Creates a block of float32.</summary>
    /// <param name="name">Its name, for example <c>optimizer.mean</c>; unique within a training.</param>
    /// <param name="floats">The memory itself, not a copy.</param>
    public StateMemory(string name, Rows floats)
    {
        (Name, _floats, Count, Width) = (name, floats, floats.Count, floats.Width);
    }

    /// <summary>Creates a block of integers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="numbers">The memory itself, not a copy.</param>
    /// <param name="most">The largest valid value; the least is 0.</param>
    public StateMemory(string name, int[] numbers, int most)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        (Name, _numbers, Count, Width, Most) = (name, numbers, numbers.Length, 1, most);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Words in a row.</summary>
    public int Width { get; }

    /// <summary>Words in all rows.</summary>
    public int Length => Count * Width;

    /// <summary>Whether the words are integers instead of float32.</summary>
    public bool IsWhole => _numbers is not null;

    /// <summary>The largest valid integer; the least is 0.</summary>
    public int Most { get; }

    /// <summary>Copies the memory to the host.</summary>
    /// <param name="words">Receives <see cref="Length"/> words; integers bit for bit.</param>
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
