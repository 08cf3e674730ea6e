using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Joule.Cli.Commands;

/// <summary>Options that several commands have, with one name, one help text and one check for all of them.</summary>
internal static class SharedOptions
{
    public static Argument<string> Model() => new("MODEL") { Description = "The folder of a run, or a model file." };

    public static Option<bool> Json() => new("--json")
    {
        Description = "Write one JSON object to standard output and nothing else there; text for people goes to standard error.",
    };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Show no progress; warnings are shown all the same." };

    public static Option<ulong> Seed(ulong @default = 1) => Number(
        "--seed", "N", "Seed of every random draw. One seed gives one result, bit for bit, on one kind of processor and on any number of threads.", 0UL, ulong.MaxValue, @default);

    public static Option<int?> Threads() => OptionalNumber(
        "--threads", "N", "Threads to compute with. Changes the speed, never the result. Default: one a core.", 1, 4096);

    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
    };

    /// <summary>Changes to a configuration, each written <c>key=value</c>; the option may be given many times.</summary>
    /// <param name="what">What is changed.</param>
    /// <param name="help">The command that shows what values look like.</param>
    public static Option<KeyValuePair<string, string>[]> Set(
        string what = "of the configuration ('joule presets keys' lists the keys)", string help = "joule presets show seed") => new("--set")
        {
            HelpName = "key=value",
            Description = $"Change one value {what}. May be given many times; the last one wins.",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
            CustomParser = result => [.. result.Tokens.Select(token => Assignment(result, token.Value, help))],
        };

    /// <summary>The one word that an option was given; empty where there is none.</summary>
    public static string Given(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    /// <summary>An option that is a number in a range and has a default.</summary>
    public static Option<T> Number<T>(string name, string helpName, string description, T min, T max, T @default)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => @default,
            CustomParser = result => Parse(result, name, min, max) ?? default,
        };

    /// <summary>An option that is a number in a range, or null where it is not given.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string helpName, string description, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result => Parse(result, name, min, max),
        };

    private static T? Parse<T>(ArgumentResult result, string name, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        string given = Given(result);
        // The range check is written so that NaN fails it.
        if (T.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && value >= min && value <= max)
            return value;
        string kind = T.TryParse("0.5", NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "number" : "whole number";
        string range = max == T.MaxValue ? $"of at least {min}" : $"from {min} to {max}";
        result.AddError($"{name} expects a {kind} {range}, given '{given}'");
        return null;
    }

    private static KeyValuePair<string, string> Assignment(ArgumentResult result, string given, string help)
    {
        int equals = given.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? "" : given[..equals].Trim(), value = given[(equals + 1)..].Trim();
        if (key.Length > 0 && value.Length > 0)
            return new(key, value);
        result.AddError(key.Length == 0
            ? $"--set expects key=value, given '{given}'"
            : $"--set {key}= gives no value: expected {key}=VALUE; '{help}' shows what values look like");
        return default;
    }
}
