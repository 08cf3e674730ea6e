using System.Text.Json.Nodes;
using Joule.Samplers;

namespace Joule.Runs;

/// <summary>Chooses a sampler by name and changes its options.</summary>
public static class SamplerChoice
{
    /// <summary>The names of all samplers.</summary>
    public static IReadOnlyList<string> Names => [.. Catalogue.Of(typeof(SamplerOptions)).Select(s => s.Named.Name)];

    /// <summary>The name of a sampler.</summary>
    public static string NameOf(SamplerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Catalogue.NameOf(options.GetType()) ?? options.GetType().Name;
    }

    /// <summary>Composes a sampler's options.</summary>
    /// <param name="own">The sampler to change if none is named, for example the model's own.</param>
    /// <param name="name">A sampler, which starts from its defaults; null for <paramref name="own"/>.</param>
    /// <param name="changes">Keys of that sampler and their values, in order.</param>
    /// <exception cref="InvalidInputException">
    /// A name or key is unknown (the message suggests the nearest), or a value has the wrong type or is out of range.
    /// </exception>
    public static SamplerOptions Choose(SamplerOptions own, string? name, IEnumerable<KeyValuePair<string, string>> changes)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(changes);
        SamplerOptions options = name is null ? own : Default(name);
        string called = NameOf(options);
        string[] keys = [.. OptionKey.Of(options.GetType()).Select(k => k.Name)];
        foreach ((string key, string value) in changes)
        {
            int dot = key.IndexOf('.', StringComparison.Ordinal);
            if (!keys.Contains(dot < 0 ? key : key[..dot]))
                throw Unknown(key, called, keys);
            JsonObject json = OptionsJson.Write(options);
            if (dot < 0)
                json[key] = OptionsEdit.Parse(value);
            else
                OptionsEdit.Set(json, key, value, typeof(SamplerOptions));
            options = OptionsJson.Read<SamplerOptions>(json, $"The change {key}={value} of the sampler {called}");
        }
        OptionsCheck.Require(options, $"The sampler {called}");
        return options;
    }

    /// <summary>The default options of a sampler.</summary>
    /// <exception cref="InvalidInputException">There is no such sampler; the message suggests the nearest name.</exception>
    public static SamplerOptions Default(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Catalogue.Find(typeof(SamplerOptions), name) is { } found)
            return (SamplerOptions)Activator.CreateInstance(found)!;
        string near = NearestName.Find(name, Names) is { } n ? $" Did you mean \"{n}\"?" : "";
        throw new InvalidInputException(
            $"There is no sampler \"{MessageText.Of(name)}\".{near} The samplers are {string.Join(", ", Names)}.");
    }

    private static InvalidInputException Unknown(string key, string sampler, string[] keys)
    {
        string last = key[(key.LastIndexOf('.') + 1)..];
        string near = NearestName.Find(last, keys) is { } n ? $" Did you mean \"{n}\"?" : "";
        string advice = key is "type" or "sampler" ? " Name another sampler with --sampler." : near;
        return new InvalidInputException(
                $"\"{MessageText.Of(key)}\" is not a key of the sampler {sampler}.{advice} Its keys are {string.Join(", ", keys)}.");
    }
}
