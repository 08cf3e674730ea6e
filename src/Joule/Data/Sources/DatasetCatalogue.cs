using System.Reflection;

namespace Joule.Data;

/// <summary>
/// The datasets that Joule knows by name: every public sealed <see cref="Dataset"/> of Joule and of every registered assembly.
/// </summary>
public static class DatasetCatalogue
{
    private static Found? s_found;

    /// <summary>All datasets, by name.</summary>
    public static IReadOnlyList<Dataset> All
    {
        get
        {
            IReadOnlyList<Assembly> assemblies = Catalogue.Assemblies;
            if (s_found is { } found && found.Assemblies == assemblies.Count)
                return found.Datasets;
            Dataset[] datasets =
            [
                .. assemblies.SelectMany(assembly => assembly.GetExportedTypes())
                    .Where(type => type.IsSealed && type.IsSubclassOf(typeof(Dataset)) && type.GetConstructor(Type.EmptyTypes) is not null)
                    .Select(type => (Dataset)Activator.CreateInstance(type)!)
                    .OrderBy(dataset => dataset.Name, StringComparer.Ordinal),
            ];
            s_found = new Found(assemblies.Count, datasets);
            return datasets;
        }
    }

    /// <summary>Finds one by its name, ignoring case; null if there is none.</summary>
    /// <param name="name">The name.</param>
    public static Dataset? Find(string name) => Find(name, All);

    /// <summary>Finds one by its name.</summary>
    /// <param name="name">The name, ignoring case.</param>
    /// <exception cref="InvalidInputException">There is none of that name; the message suggests the nearest.</exception>
    public static Dataset Get(string name)
    {
        if (Find(name) is Dataset dataset)
            return dataset;
        string[] names = All.Select(known => known.Name).ToArray();
        string? nearest = NearestName.Find(name, names);
        throw new InvalidInputException(
            $"There is no dataset \"{name}\".{(nearest is null ? "" : $" Did you mean \"{nearest}\"?")} Known datasets: "
                + $"{string.Join(", ", names)}.");
    }

    internal static Dataset? Find(string name, IReadOnlyList<Dataset> known) =>
        known.FirstOrDefault(dataset => dataset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private sealed record Found(int Assemblies, IReadOnlyList<Dataset> Datasets);
}
