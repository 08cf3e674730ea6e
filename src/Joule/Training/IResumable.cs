using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// What has a state that a training needs to go on as if nothing had happened: blocks of memory, whose sizes stay, and lists of numbers, whose lengths may change. A
/// <see cref="Snapshot"/> holds both, in memory and in a checkpoint.
/// </summary>
public interface IResumable
{
    /// <summary>The blocks of memory, each with a name of its own.</summary>
    IReadOnlyList<StateMemory> Memory { get; }

    /// <summary>Writes the numbers under names of its own; all of them, also those that are empty.</summary>
    void Save(StateNumbers numbers);

    /// <summary>Checks numbers before anything is changed.</summary>
    /// <exception cref="InvalidInputException">They cannot be its own.</exception>
    void Check(StateNumbers numbers);

    /// <summary>Takes over numbers that were checked. The memory is overwritten after that.</summary>
    void Load(StateNumbers numbers);

    /// <summary>Numbers and memory are in place.</summary>
    void Loaded();
}
