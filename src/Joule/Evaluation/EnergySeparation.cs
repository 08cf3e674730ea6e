using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>A named set of states whose energies are compared with those of the test data.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Count">How many states, at least 1.</param>
/// <param name="Write">Writes them.</param>
public sealed record NamedStates(string Name, int Count, StateWriter Write);

/// <summary>What is known of one set.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Energy">Its energies.</param>
/// <param name="Auroc">How well the energy tells it from the test data (<see cref="EnergySeparation"/>); null for the test data
/// themselves.</param>
public sealed record SetFigures(string Name, EnergyStatistics Energy, double? Auroc);

/// <summary>
/// Compares energies of training data, test data, noise, shuffled test data and further sets. The AUROC of a set is the probability that a
/// state of the test data
/// has a lower energy than a member of the set (ties count half): near 1 where the energy tells it from data. That of the training data is
/// the probability that one
/// of them has a lower energy than one of the test data: 0.5 where nothing was learned by heart, above it where the model overfits.
/// </summary>
public sealed class EnergySeparation
{
    /// <summary>The name of the training data.</summary>
    public const string Train = "train";

    /// <summary>The name of the test data.</summary>
    public const string Test = "test";

    /// <summary>The name of noise of the states' domain.</summary>
    public const string Noise = "noise";

    /// <summary>The name of the test data with shuffled pixels or columns.</summary>
    public const string Shuffled = "shuffled";

    private readonly List<NamedStates> _sets;
    private readonly StateSet _test;
    private readonly ulong _seed;

    /// <summary>Prepares the four sets that are always compared.</summary>
    /// <param name="train">The training data.</param>
    /// <param name="test">The test data, of the same space.</param>
    /// <param name="seed">The seed of noise and permutations.</param>
    /// <exception cref="InvalidInputException">The two have different states.</exception>
    public EnergySeparation(StateSet train, StateSet test, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train.Space != test.Space)
            throw new InvalidInputException($"The training data, {train.Name}, have states of {train.Space}, and the test data, {test.Name}, of {test.Space}. Both must be laid out alike.");
        _test = test;
        _seed = seed;
        _sets =
        [
            new NamedStates(Train, train.Count, train.Read),
            new NamedStates(Test, test.Count, test.Read),
            new NamedStates(Noise, test.Count, ReferenceStates.Noise(test.Space, seed)),
            new NamedStates(Shuffled, test.Count, ReferenceStates.Shuffled(test, seed)),
        ];
    }

    /// <summary>States in all sets.</summary>
    public long StateCount => _sets.Sum(set => (long)set.Count);

    /// <summary>Adds a set to compare with.</summary>
    /// <exception cref="InvalidInputException">There is one of that name.</exception>
    public void Add(NamedStates set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (_sets.Exists(other => other.Name == set.Name))
            throw new InvalidInputException($"\"{set.Name}\" is compared already; each set needs a name of its own.");
        _sets.Add(set);
    }

    /// <summary>Adds the test images after a corruption.</summary>
    /// <param name="name">The name of a <see cref="Corruption"/>.</param>
    /// <returns>False where no corruption has that name; nothing is added then.</returns>
    /// <exception cref="InvalidInputException">It is compared already, or the test data are no images.</exception>
    public bool TryAddCorrupted(string name)
    {
        if (Catalogue.Of(typeof(Corruption)).FirstOrDefault(c => c.Named.Name == name) is not { } found)
            return false;
        if (_test is not ImageStateSet images)
            throw new InvalidInputException($"\"{name}\" changes images, and {_test.Name} has states of {_test.Space}. Compare with a set of such states instead.");
        Add(new NamedStates(name, images.Count, ImageStates.Corrupted(images, (Corruption)Activator.CreateInstance(found.Type)!, _seed)));
        return true;
    }

    /// <summary>Evaluates every set.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="progress">Told how many states are done; or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public IReadOnlyList<SetFigures> Run(Device device, Energy energy, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        Dictionary<string, float[]> energies = [];
        long done = 0;
        foreach (NamedStates set in _sets)
        {
            energies[set.Name] = EnergyOfStates.Run(device, energy, set.Count, set.Write, n => progress?.Invoke(done + n), cancellation);
            done += set.Count;
        }
        float[] test = energies[Test];
        return [.. _sets.Select(set => new SetFigures(set.Name, EnergyStatistics.Of(energies[set.Name], $"energy of {set.Name}"), set.Name switch
        {
            Test => null,
            Train => Auroc.Of(energies[Train], test),
            _ => Auroc.Of(test, energies[set.Name]),
        }))];
    }
}
