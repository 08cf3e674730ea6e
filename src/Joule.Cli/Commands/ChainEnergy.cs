using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>The energy that <c>joule chain</c> is given: a built-in one by name, or a model's.</summary>
internal sealed class ChainEnergy : IDisposable
{
    private readonly IDisposable? _owner;

    private ChainEnergy(Energy energy, IDisposable? owner) => (Energy, _owner) = (energy, owner);

    /// <summary>The built-in energies: those whose options define their own states.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Catalogue.Of(typeof(EnergyOptions)).Where(e => typeof(KnownEnergyOptions).IsAssignableFrom(e.Type)).Select(e => e.Named.Name)];

    /// <summary>The energy.</summary>
    public Energy Energy { get; }

    /// <summary>Opens an energy.</summary>
    /// <param name="name">A built-in energy, or the path of a run or a model.</param>
    /// <param name="changes">Keys of the built-in energy's options, and their values.</param>
    /// <param name="device">The device of a model.</param>
    /// <exception cref="InvalidInputException">There is no such energy, or a key or value cannot be used.</exception>
    public static ChainEnergy Open(string name, IReadOnlyList<KeyValuePair<string, string>> changes, Device device)
    {
        if (Catalogue.Find(typeof(KnownEnergyOptions), name) is { } type)
        {
            JsonObject json = OptionsJson.Write(Activator.CreateInstance(type)!);
            foreach ((string key, string value) in changes)
                OptionsEdit.Set(json, key, value, typeof(EnergyOptions));
            KnownEnergyOptions options = OptionsJson.Read<KnownEnergyOptions>(json, $"The energy {name}");
            return new ChainEnergy(options.Create(), null);
        }
        if (!Path.Exists(name))
        {
            string near = NearestName.Find(name, Names) is { } n ? $" Did you mean \"{n}\"?" : "";
            throw new InvalidInputException($"There is no energy \"{name}\", and no file or folder of that name.{near} "
                + $"The built-in energies are {string.Join(", ", Names)}.");
        }
        if (changes.Count > 0)
        {
            throw new InvalidInputException($"--set energy.{changes[0].Key} changes a built-in energy; {name} is a model, "
                + "whose energy is fixed. Leave it out.");
        }
        Model model = Model.Load(Model.Find(name), device);
        return new ChainEnergy(model.Energy, model);
    }

    public void Dispose() => _owner?.Dispose();
}
