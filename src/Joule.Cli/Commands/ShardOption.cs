using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Joule.Cli.Files;

namespace Joule.Cli.Commands;

/// <summary>The option <c>--shard I/N</c>: one of N parts of the input.</summary>
internal static class ShardOption
{
    private const int Most = 99_999;

    /// <summary>Creates the option.</summary>
    public static Option<Shard?> Create() => new("--shard")
    {
        HelpName = "I/N",
        Description = $"Score part I of N (I from 1 to N, N up to {Most}): a contiguous range of the input's rows. --out names a folder, "
            + "which 'joule merge' makes a table of. A part that is there already is not scored again.",
        CustomParser = Parse,
    };

    private static Shard? Parse(ArgumentResult result)
    {
        string given = SharedOptions.Given(result);
        string[] parts = given.Split('/');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && index >= 1 && index <= count && count <= Most)
            return new Shard(index, count);
        result.AddError($"--shard expects I/N with I from 1 to N and N up to {Most}, for example 3/16, given '{given}'. A job index that "
            + "begins at 0 needs 1 added");
        return null;
    }
}
