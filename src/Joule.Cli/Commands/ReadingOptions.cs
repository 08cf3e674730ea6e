using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Joule.Data;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>Options that say how arrays of images are read.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<ValueRange?> _range = new("--range")
    {
        HelpName = "LO..HI",
        Description = "The values of black and white in arrays, for example 0..1, -1..1, 0..255 or 0..65535. Default: 0..255 for integers, "
            + "0..1 for bool, the model's own range for floats (0..1; -1..1 for the preset book). Never guessed from the values.",
        CustomParser = ParseRange,
    };

    private readonly Option<ImageLayout?> _layout = new("--layout")
    {
        HelpName = "NAME",
        Description = $"The order of an array's dimensions, one of: {ImageLayouts.Names} "
            + "(n images, c channels, h rows, w columns, d values of an image). "
            + "Default: inferred from the shape and the model; an ambiguous shape is an error.",
        CustomParser = ParseLayout,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_range);
        command.Add(_layout);
    }

    /// <summary>The name of the first of these options that was given, or null.</summary>
    public string? Given(ParseResult parsed) =>
        ((Option[])[_range, _layout]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>The request that opens input for a model.</summary>
    public DataRequest For(ParseResult parsed, RunConfig config, CommandContext context) =>
        Request(config, context) with { Range = parsed.GetValue(_range), Layout = parsed.GetValue(_layout) };

    /// <summary>The request that opens the data of a configuration.</summary>
    public static DataRequest Request(RunConfig config, CommandContext context) =>
        new(config.Seed, context.Error.WriteLine, context.Cancellation);

    /// <summary>The options as changes to a configuration.</summary>
    public IEnumerable<KeyValuePair<string, string>> Changes(ParseResult parsed)
    {
        if (parsed.GetValue(_range) is { } range)
            yield return new("data.range", JsonSerializer.Serialize(range.ToString()));
        if (parsed.GetValue(_layout) is { } layout)
            yield return new("data.layout", JsonSerializer.Serialize(layout.Name()));
    }

    private static ValueRange? ParseRange(ArgumentResult result)
    {
        string given = SharedOptions.Given(result);
        if (ValueRange.TryParse(given, out ValueRange range))
            return range;
        result.AddError($"--range expects {ValueRange.Forms}, the first below the second, given '{given}'");
        return null;
    }

    private static ImageLayout? ParseLayout(ArgumentResult result)
    {
        string given = SharedOptions.Given(result);
        if (ImageLayouts.Find(given) is { } layout)
            return layout;
        string near = NearestName.Find(given, Enum.GetValues<ImageLayout>().Select(layout => layout.Name())) is { } name
            ? $"; did you mean '{name}'?"
            : "";
        result.AddError($"--layout expects one of {ImageLayouts.Names}, given '{given}'{near}");
        return null;
    }
}
