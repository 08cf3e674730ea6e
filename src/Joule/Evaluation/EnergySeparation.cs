using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>A named set of states whose energies are compared with those of the test data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Number of states, at least 1.</param>
/// <param name="Write">Writes a state.</param>
public sealed record NamedStates(string Name, int Count, RowWriter Write);

/// <summary>The figures of one set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Energy">Its energies.</param>
/// <param name="Auroc">
/// How well the energy separates it from the test data (<see cref="EnergySeparation"/>); null for the test data.
/// </param>
public sealed record SetFigures(string Name, EnergyStatistics Energy, double? Auroc);

/// <summary>
/// Compares energies of training data, test data, noise, shuffled test data and further sets. The AUROC of a set is the probability that a
/// test state has a lower energy than a member of the set (ties count half): near 1 if the energy separates the set from data. The AUROC of
/// the training data is the probability that a training state has a lower energy than a test state: 0.5 without memorisation, higher if the
/// model overfits.
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
    private float[] _testEnergies = [];

    /// <summary>Creates the four sets that are always compared.</summary>
    /// <param name="train">The training data.</param>
    /// <param name="test">The test data, of the same space.</param>
    /// <param name="seed">The seed of noise and permutations.</param>
    /// <exception cref="InvalidInputException">The two have different state spaces.</exception>
    public EnergySeparation(StateSet train, StateSet test, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train.Space != test.Space)
        {
            throw new InvalidInputException($"The training data, {train.Name}, have states of {train.Space}, "
                + $"and the test data, {test.Name}, of {test.Space}. Both must have the same layout.");
        }
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

    /// <summary>The energies of the test data, in nats, of the last <see cref="Run"/>; empty before it.</summary>
    public IReadOnlyList<float> TestEnergies => _testEnergies;

    /// <summary>Number of states in all sets.</summary>
    public long StateCount => _sets.Sum(set => (long)set.Count);

    /// <summary>Adds a set to compare with.</summary>
    /// <exception cref="InvalidInputException">There is already a set of that name.</exception>
    public void Add(NamedStates set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (_sets.Exists(other => other.Name == set.Name))
            throw new InvalidInputException($"\"{set.Name}\" is compared already; each set needs a unique name.");
        _sets.Add(set);
    }

    /// <summary>Adds the test images after a corruption.</summary>
    /// <param name="name">The name of a <see cref="Corruption"/>.</param>
    /// <returns>False, with nothing added, if no corruption has that name.</returns>
    /// <exception cref="InvalidInputException">The corruption is compared already, or the test data are not images.</exception>
    public bool TryAddCorrupted(string name)
    {
        if (Catalogue.Find(typeof(Corruption), name) is not { } found)
            return false;
        if (_test is not ImageStateSet images)
        {
            throw new InvalidInputException($"\"{name}\" changes images, and {_test.Name} has states of {_test.Space}. "
                + "Compare with a set of such states instead.");
        }
        Corruption corruption = (Corruption)Activator.CreateInstance(found)!;
        Add(new NamedStates(name, images.Count, ImageStates.Corrupted(images, corruption, _seed)));
        return true;
    }

    /// <summary>Evaluates all sets.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="progress">Receives the number of states done; may be null.</param>
    /// <param name="cancellation">Cancels the evaluation.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public IReadOnlyList<SetFigures> Run(
        Device device,
        Energy energy,
        Action<long>? progress = null,
        CancellationToken cancellation = default)
    {
        Dictionary<string, float[]> energies = [];
        long done = 0;
        foreach (NamedStates set in _sets)
        {
            energies[set.Name] = EnergyOfStates.Run(device, energy, set.Count, set.Write, n => progress?.Invoke(done + n), cancellation);
            done += set.Count;
        }
        float[] test = _testEnergies = energies[Test];
        return [.. _sets.Select(set => new SetFigures(
            set.Name,
            EnergyStatistics.Of(energies[set.Name], $"energy of {set.Name}"),
            set.Name switch
            {
                Test => null,
                Train => Auroc.Of(energies[Train], test),
                _ => Auroc.Of(test, energies[set.Name]),
            }))];
    }
}
