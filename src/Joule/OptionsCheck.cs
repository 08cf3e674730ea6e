using System.Collections;
using System.Globalization;

namespace Joule;

/// <summary>Options with rules between keys, which a property's attribute cannot state.</summary>
public interface IOptionRules
{
    /// <summary>Checks the rules.</summary>
    /// <param name="problems">Receives the violations.</param>
    /// <param name="path">Prefix of keys in messages, for example <c>sampling.sampler.</c>.</param>
    void Validate(ICollection<string> problems, string path);
}

/// <summary>
/// Checks option records against the ranges of their properties (<see cref="OptionRangeAttribute"/>) and the rules between keys.
/// </summary>
public static class OptionsCheck
{
    /// <summary>Checks a record and all records in it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="problems">Receives the violations, each beginning with its key.</param>
    /// <param name="path">Prefix of keys, for example <c>training.</c>; empty for the outermost record.</param>
    public static void Add(object record, ICollection<string> problems, string path = "")
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (OptionKey key in OptionKey.Of(record.GetType()))
        {
            if (key.Get(record) is not { } value)
                continue;
            AddOwn(key, value, problems, path);
            Inside(value, problems, path + key.Name);
        }
        (record as IOptionRules)?.Validate(problems, path);
    }

    /// <summary>Checks a record, and throws if anything is out of range.</summary>
    /// <param name="record">The record.</param>
    /// <param name="source">The record's name in messages.</param>
    /// <exception cref="InvalidInputException">Something is out of range; the message lists every violation.</exception>
    public static void Require(object record, string source)
    {
        List<string> problems = [];
        Add(record, problems);
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
    }

    /// <summary>Checks a record alone, without the records in it and without its rules.</summary>
    internal static void AddOwn(object record, ICollection<string> problems)
    {
        foreach (OptionKey key in OptionKey.Of(record.GetType()))
        {
            if (key.Get(record) is { } value)
                AddOwn(key, value, problems, "");
        }
    }

    private static void AddOwn(OptionKey key, object value, ICollection<string> problems, string path)
    {
        bool finite = value is not (float or double) || double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture));
        foreach (OptionRangeAttribute range in key.Ranges)
        {
            if (range.Holds(value) && finite)
                continue;
            problems.Add($"{path}{key.Name} {range.Fault(value) ?? $"is {Shown(value)}"}; it must {key.Rule}");
            return;
        }
        if (!finite)
            problems.Add($"{path}{key.Name} is {Shown(value)}; it must be finite");
    }

    private static void Inside(object value, ICollection<string> problems, string path)
    {
        if (value is string || value.GetType() is { IsPrimitive: true } or { IsEnum: true })
            return;
        if (value is IDictionary map)
        {
            foreach (DictionaryEntry entry in map)
                Inside(entry.Value!, problems, $"{path}.{MessageText.Of((string)entry.Key)}");
            return;
        }
        if (value is not IEnumerable list)
        {
            Add(value, problems, path + ".");
            return;
        }
        // Numbers have no ranges of their own, and there may be millions of them.
        if (value is IEnumerable<float> or IEnumerable<double>)
            return;
        int i = 0;
        foreach (object item in list)
            Inside(item, problems, $"{path}.{i++}");
    }

    private static string Shown(object value) =>
        value is string text ? $"\"{MessageText.Of(text)}\"" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
