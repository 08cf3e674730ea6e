using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Joule.Cli.Commands;

/// <summary>Options shared by several commands: one name, one help text and one check each.</summary>
internal static class SharedOptions
{
    public static Argument<string> Model() => new("MODEL") { Description = "The folder of a run, or a model file." };

    public static Option<bool> Json() => new("--json")
    {
        Description = "Write a single JSON object to standard output. Human-readable text goes to standard error.",
    };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Hide progress. Warnings are still shown." };

    public static Option<ulong> Seed(ulong @default = 1) => Number(
        "--seed", "N",
        "Seed of every random draw. One seed gives one result, bit for bit, on one kind of processor and with any number of threads.",
        0UL, ulong.MaxValue, @default);

    public static Option<int?> Threads() => OptionalNumber(
        "--threads", "N", "Threads to compute with, 1 to 1024. Changes the speed, never the result. Default: one per core.", 1, 1024);

    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
    };

    /// <summary>Changes to a configuration, each written <c>key=value</c>. The option may be repeated.</summary>
    /// <param name="what">What is changed.</param>
    /// <param name="help">The command that shows example values.</param>
    public static Option<KeyValuePair<string, string>[]> Set(
        string what = "of the configuration ('joule presets keys' lists the keys)", string help = "joule presets show seed") => new("--set")
        {
            HelpName = "key=value",
            Description = $"Change one value {what}. May be repeated; the last value of a key wins.",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
            CustomParser = result => [.. result.Tokens.Select(token => Assignment(result, token.Value, help))],
        };

    /// <summary>The single word given to an option, or an empty string.</summary>
    public static string Given(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";

    /// <summary>An option that takes a number in a range and has a default.</summary>
    public static Option<T> Number<T>(string name, string helpName, string description, T min, T max, T @default)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => @default,
            CustomParser = result => Parse(result, name, min, max) ?? default,
        };

    /// <summary>An option that takes a number in a range; null if it is not given.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string helpName, string description, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result => Parse(result, name, min, max),
        };

    /// <summary>A number above 0 and below 1.</summary>
    public static Option<double?> Share(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            string given = Given(result);
            if (double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1)
                return value;
            result.AddError($"{name} expects a number above 0 and below 1, given '{given}'");
            return null;
        },
    };

    private static T? Parse<T>(ArgumentResult result, string name, T min, T max)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        string given = Given(result);
        // The range check is written so that NaN fails it.
        if (T.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && value >= min && value <= max)
            return value;
        string kind = T.TryParse("0.5", NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "number" : "whole number";
        string range = max < T.MaxValue ? $" from {min} to {max}" : min > T.MinValue || T.IsZero(min) ? $" of at least {min}" : "";
        result.AddError($"{name} expects a {kind}{range}, given '{given}'");
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
