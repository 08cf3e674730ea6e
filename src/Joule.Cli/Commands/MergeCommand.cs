using System.CommandLine;
using System.Text;
using Joule.Cli.Files;
using Joule.Data;

namespace Joule.Cli.Commands;

/// <summary><c>joule merge DIR</c>: makes one table of the parts of <c>joule score --shard</c>.</summary>
internal sealed class MergeCommand : JouleCommand
{
    private const int Named = 10; // missing parts in an error

    private readonly Argument<string> _folder = new("DIR")
    {
        Description = "The folder with the parts: the --out of 'joule score --shard'.",
    };

    private readonly Option<string?> _output = SharedOptions.Text("--out", "FILE", "The file for the table. Default: standard output.");

    public override Command Build()
    {
        DocumentedCommand command = new(
            "merge",
            "Join the parts that 'joule score --shard I/N --out DIR' wrote.\n\n"
            + "All N parts must be there, complete, and of one model, one input and the same options. The result is what one process would "
            + "have written, byte for byte. The parts stay.",
            new Example("joule merge scores --out scores.csv", "Join the parts in the folder scores."));
        command.Add(_folder);
        command.Add(_output);
        OnRun(command, Merge);
        return command;
    }

    private int Merge(ParseResult parsed, CommandContext context)
    {
        string folder = parsed.GetRequiredValue(_folder);
        string? output = parsed.GetValue(_output);
        ShardPart[] parts = Parts(folder);
        if (output is null)
        {
            Write(parts, folder, context.Output, context.Cancellation);
            return ExitCodes.Success;
        }
        new OutputFile([.. parts.Select(part => part.PathIn(folder))]).Check(output, "--out", OutputKind.Table);
        AtomicFile.Write(output, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
            Write(parts, folder, writer, context.Cancellation);
        });
        context.Output.WriteLine($"{output}: {parts[0].Rows:N0} {(parts[0].Rows == 1 ? "row" : "rows")} of "
            + Counted.Of(parts.Length, "part"));
        return ExitCodes.Success;
    }

    private static ShardPart[] Parts(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"There is no folder {folder}. Give the --out of 'joule score --shard'.");
        (string File, ShardPart Part)[] found =
            [.. Directory.EnumerateFiles(folder, "part-*-of-*.json").Order(StringComparer.Ordinal).Select(f => (f, ShardPart.Read(f)))];
        if (found.Length == 0)
            throw new InvalidInputException($"{folder} has no parts. Give the --out of 'joule score --shard'.");
        ShardPart first = found[0].Part;
        foreach ((string file, ShardPart part) in found)
            part.RequireSibling(first, file);
        HashSet<int> there = [.. found.Where(f => File.Exists(f.Part.PathIn(folder))).Select(f => f.Part.Part)];
        int[] missing = [.. Enumerable.Range(1, first.Of).Where(i => !there.Contains(i))];
        if (missing.Length > 0)
        {
            string names = string.Join(", ", missing.Take(Named)) + (missing.Length > Named ? $" and {missing.Length - Named} more" : "");
            throw new InvalidInputException($"{folder} lacks {missing.Length} of {first.Of} parts: {names}. Score them with the same "
                + $"command: --shard {missing[0]}/{first.Of}.");
        }
        foreach ((_, ShardPart part) in found)
        {
            if (ShardPart.HashOf(part.PathIn(folder)) != part.Answers)
            {
                throw new InvalidInputException($"{part.PathIn(folder)} is damaged: it is not what was written. Score it again: --shard "
                    + $"{part.Part}/{part.Of}.");
            }
        }
        return [.. found.Select(f => f.Part)];
    }

    private static void Write(ShardPart[] parts, string folder, TextWriter writer, CancellationToken cancellation)
    {
        char[] text = new char[1 << 16];
        for (int i = 0; i < parts.Length; i++)
        {
            using StreamReader reader = new(parts[i].PathIn(folder), new UTF8Encoding(false));
            // Every part of CSV has the header.
            if (i > 0 && parts[i].Extension == ".csv")
                reader.ReadLine();
            for (int count = reader.Read(text); count > 0; count = reader.Read(text))
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Write(text.AsSpan(0, count));
            }
        }
        writer.Flush();
    }
}
