using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// A part of a training whose state must be saved to resume exactly: blocks of memory of fixed size and lists of numbers of variable
/// length. A <see cref="Snapshot"/> holds both, in memory and in a checkpoint.
/// </summary>
public interface IResumable
{
    /// <summary>The blocks of memory; their names are unique.</summary>
    IReadOnlyList<StateMemory> Memory { get; }

    /// <summary>Writes all lists of numbers, empty ones included, under unique names.</summary>
    void Save(StateNumbers numbers);

    /// <summary>Checks numbers before anything is restored.</summary>
    /// <exception cref="InvalidInputException">The numbers do not belong to this part.</exception>
    void Check(StateNumbers numbers);

    /// <summary>Restores checked numbers. The memory is overwritten afterwards.</summary>
    void Load(StateNumbers numbers);

    /// <summary>Called once numbers and memory are restored.</summary>
    void Loaded();
}
