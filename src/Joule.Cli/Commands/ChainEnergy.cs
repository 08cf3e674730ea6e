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

    /// <summary>The options of a built-in energy; null where the name is that of a file or a folder.</summary>
    /// <param name="name">A built-in energy, or the path of a run or a model.</param>
    /// <param name="changes">Keys of the built-in energy's options, and their values.</param>
    /// <exception cref="InvalidInputException">There is no such energy, or a key or value cannot be used.</exception>
    public static KnownEnergyOptions? Options(string name, IReadOnlyList<KeyValuePair<string, string>> changes)
    {
        if (Catalogue.Find(typeof(KnownEnergyOptions), name) is { } type)
        {
            JsonObject json = OptionsJson.Write(Activator.CreateInstance(type)!);
            foreach ((string key, string value) in changes)
                OptionsEdit.Set(json, key, value, typeof(EnergyOptions));
            return OptionsJson.Read<KnownEnergyOptions>(json, $"The energy {name}");
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
        return null;
    }

    /// <summary>Opens an energy.</summary>
    /// <param name="known">The options of a built-in energy, or null.</param>
    /// <param name="file">The file of a model, where there are none.</param>
    /// <param name="clamped">The clamped parameters, with their values.</param>
    /// <param name="device">The device of a model.</param>
    /// <exception cref="InvalidInputException">The model or an option cannot be used, or a parameter cannot be clamped.</exception>
    public static ChainEnergy Open(KnownEnergyOptions? known, string? file, IReadOnlyList<KeyValuePair<string, float>> clamped,
        Device device)
    {
        Model? model = known is null ? Model.Load(file!, device) : null;
        Energy energy = model?.Energy ?? known!.Create();
        if (clamped.Count == 0)
            return new ChainEnergy(energy, model);
        try
        {
            ClampedEnergy part = ClampedNames.Clamp(energy, clamped);
            return new ChainEnergy(part, new Both(part, model));
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }

    public void Dispose() => _owner?.Dispose();

    private sealed record Both(IDisposable First, IDisposable? Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second?.Dispose();
        }
    }
}
