using System.Globalization;

namespace Joule.Energies;

/// <summary>Clamps numbers of a state by the names of their parameters.</summary>
public static class ClampedNames
{
    private const int MostNames = 12;

    /// <summary>The name of a number of the state, for example <c>x0</c> or <c>tau</c>.</summary>
    public static string Of(Energy energy, int number)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return (energy as IKnown)?.ParameterName(number) ?? $"x{number}";
    }

    /// <summary>Clamps some numbers of an energy's states.</summary>
    /// <param name="energy">The energy of whole states, with a gradient.</param>
    /// <param name="values">A name and a value for each number to clamp.</param>
    /// <param name="owns">Whether to dispose the clamped energy is to dispose <paramref name="energy"/>.</param>
    /// <exception cref="InvalidInputException">
    /// A name is unknown (the message suggests the nearest) or given twice, no number or every number is clamped, a value lies outside its
    /// domain, or the energy has no gradient.
    /// </exception>
    public static ClampedEnergy Clamp(Energy energy, IReadOnlyList<KeyValuePair<string, float>> values, bool owns = false)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(values);
        string[] names = [.. Enumerable.Range(0, energy.Space.Width).Select(i => Of(energy, i))];
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
            numbers.Add(names[i], i);
        float[] state = new float[names.Length];
        bool[] isFree = [.. Enumerable.Repeat(true, names.Length)];
        foreach ((string name, float value) in values)
        {
            if (!numbers.TryGetValue(name, out int number))
                throw Unknown(name, names);
            if (!isFree[number])
            {
                throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                    $"The parameter {name} is clamped twice, to {state[number]} and to {value}. Give it one value."));
            }
            (state[number], isFree[number]) = (value, false);
        }
        if (values.Count == 0)
            throw new InvalidInputException("No parameter is clamped. Give at least one, with its value.");
        if (!isFree.Contains(true))
        {
            throw new InvalidInputException(
                $"All parameters are clamped ({List(names)}): nothing is left to draw. Leave at least one free.");
        }
        return new ClampedEnergy(energy, state, isFree) { OwnsInner = owns };
    }

    private static InvalidInputException Unknown(string name, string[] names)
    {
        string near = NearestName.Find(name, names) is { } n ? $" Did you mean \"{n}\"?" : "";
        return new InvalidInputException(
            $"The energy has no parameter \"{MessageText.Of(name)}\" to clamp.{near} Its parameters are {List(names)}.");
    }

    private static string List(string[] names) => names.Length <= MostNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNames - 1))} … {names[^1]}";
}
