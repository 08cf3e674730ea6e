namespace Joule.Compare;

/// <summary>Takes a command line apart into options and their values.</summary>
internal static class OptionReader
{
    /// <summary>The options in order, each with its value or an empty text.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="values">The options that take a value, and what it is.</param>
    /// <exception cref="InvalidInputException">A value is missing, or an option takes none.</exception>
    public static IEnumerable<(string Option, string Value)> Read(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> values)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string option = arguments[i], value = "";
            if (option.StartsWith("--", StringComparison.Ordinal) && option.IndexOf('=') is > 0 and int equals)
                (option, value) = (option[..equals], option[(equals + 1)..]);
            bool takesValue = values.TryGetValue(option, out string? what);
            if (!takesValue && value.Length > 0)
                throw new InvalidInputException($"The option '{option}' takes no value; it was given '{value}'.");
            if (takesValue && value.Length == 0)
                value = ++i < arguments.Count ? arguments[i] : "";
            if (takesValue && (value.Length == 0 || value.StartsWith("--", StringComparison.Ordinal)))
                throw new InvalidInputException($"The option '{option}' needs a value: {what}.");
            yield return (option, value);
        }
    }

    /// <summary>The parts of a list with commas.</summary>
    public static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
