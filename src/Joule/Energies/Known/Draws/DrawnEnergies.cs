namespace Joule.Energies;

/// <summary>The known energies that draw exact states, by name: what <see cref="DrawsDataOptions"/> takes its data from.</summary>
public static class DrawnEnergies
{
    // Shorter names that the literature uses.
    private static readonly (string Short, string Name)[] Others = [("moons", "two_moons"), ("gaussians", "eight_gaussians")];

    private static readonly Lazy<string[]> All = new(() => [.. Find(_ => true)]);

    private static readonly Lazy<string[]> InPlane = new(() => [.. Find(e => e.Space is { IsContinuous: true, Width: 2 })]);

    /// <summary>The names of all, in order.</summary>
    public static IReadOnlyList<string> Names => All.Value;

    /// <summary>The names of those whose states are points in the plane by default, in order.</summary>
    public static IReadOnlyList<string> Planar => InPlane.Value;

    /// <summary>The full name of an energy, or null if there is none. A hyphen may stand for an underscore; <c>moons</c> is
    /// <c>two_moons</c>.</summary>
    /// <param name="name">The name.</param>
    public static string? NameOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string asked = name.Replace('-', '_');
        string full = Array.Find(Others, o => o.Short == asked).Name ?? asked;
        return Catalogue.Find(typeof(KnownEnergyOptions), full) is not null && Names.Contains(full) ? full : null;
    }

    /// <summary>Makes an energy with its default options.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidInputException">There is none of that name, or it draws no states; the message suggests the nearest.
    /// </exception>
    public static Energy Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (NameOf(name) is not { } full)
        {
            string near = NearestName.Find(name.Replace('-', '_'), [.. Names, .. Others.Select(o => o.Short)]) is { } n
                ? $" Did you mean \"{n}\"?" : "";
            throw new InvalidInputException($"There is no energy \"{MessageText.Of(name)}\" that draws exact states.{near} Those that do "
                + $"are {string.Join(", ", Names)}.");
        }
        return ((KnownEnergyOptions)Activator.CreateInstance(Catalogue.Find(typeof(KnownEnergyOptions), full)!)!).Create();
    }

    private static IEnumerable<string> Find(Func<Energy, bool> fits)
    {
        foreach (NamedType known in Catalogue.Of(typeof(KnownEnergyOptions)))
        {
            Energy energy;
            try
            {
                energy = ((KnownEnergyOptions)Activator.CreateInstance(known.Type)!).Create();
            }
            catch (InvalidInputException)
            {
                continue; // it has no defaults
            }
            if (energy is ISamplable && fits(energy))
                yield return known.Named.Name;
        }
    }
}
