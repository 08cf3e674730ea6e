using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>A named set of states whose energies are compared with those of the test images.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Count">How many states, at least 1.</param>
/// <param name="Write">Writes them.</param>
public sealed record NamedStates(string Name, int Count, StateWriter Write);

/// <summary>What is known of one set.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Energy">Its energies.</param>
/// <param name="Auroc">How well the energy tells it from the test images (<see cref="EnergySeparation"/>); null for the test images themselves.</param>
public sealed record SetFigures(string Name, EnergyStatistics Energy, double? Auroc);

/// <summary>
/// Compares energies of training images, test images, uniform noise, shuffled test images and further sets. The AUROC of a set is the probability that a
/// test image has a lower energy than a member of the set (ties count half): near 1 where the energy tells it from data. That of the training images is the
/// probability that a training image has a lower energy than a test image: 0.5 where nothing was learned by heart, above it where the model overfits.
/// </summary>
public sealed class EnergySeparation
{
    /// <summary>The name of the training images.</summary>
    public const string Train = "train";

    /// <summary>The name of the test images.</summary>
    public const string Test = "test";

    /// <summary>The name of uniform noise.</summary>
    public const string Noise = "noise";

    /// <summary>The name of the test images with shuffled pixels.</summary>
    public const string Shuffled = "shuffled";

    private readonly List<NamedStates> _sets;
    private readonly Func<Corruption, StateWriter> _corrupted;

    /// <summary>Prepares the four sets that are always compared.</summary>
    /// <param name="space">The model's states.</param>
    /// <param name="transform">How images become states.</param>
    /// <param name="images">Training and test images.</param>
    /// <param name="seed">The seed of noise and permutations.</param>
    /// <exception cref="InvalidInputException">The images do not fit the model.</exception>
    public EnergySeparation(StateSpace space, ImageTransform transform, TrainTest images, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ImageTransform train = ImageStates.Fit(space, transform, images.Train), test = ImageStates.Fit(space, transform, images.Test);
        _corrupted = corruption => ImageStates.Corrupted(images.Test, test, corruption, seed);
        _sets =
        [
            new NamedStates(Train, images.Train.Count, ImageStates.Of(images.Train, train)),
            new NamedStates(Test, images.Test.Count, ImageStates.Of(images.Test, test)),
            new NamedStates(Noise, images.Test.Count, ImageStates.Noise(space, seed)),
            new NamedStates(Shuffled, images.Test.Count, ImageStates.Shuffled(images.Test, test, seed)),
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
    /// <exception cref="InvalidInputException">It is compared already.</exception>
    public bool TryAddCorrupted(string name)
    {
        if (Catalogue.Of(typeof(Corruption)).FirstOrDefault(c => c.Named.Name == name) is not { } found)
            return false;
        Add(new NamedStates(name, _sets[1].Count, _corrupted((Corruption)Activator.CreateInstance(found.Type)!)));
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
