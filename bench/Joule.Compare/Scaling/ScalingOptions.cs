using System.Globalization;
using Joule.Compare.Cases;

namespace Joule.Compare.Scaling;

/// <summary>The options of the command line of <c>bench/scaling</c>.</summary>
internal sealed record ScalingOptions
{
    private static readonly string[] Known = ["--quick", "--cases", "--threads", "--json", "--markdown", "--help"];

    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["--cases"] = "names of cases, separated by commas",
        ["--threads"] = "numbers of threads, separated by commas",
        ["--json"] = "the file to write",
        ["--markdown"] = "the file to write",
    };

    private static readonly string[] Usual =
        ["seed-step", "mlp-langevin", "conv-langevin", "conv-train", "double-well-langevin-L", "score"];

    public bool Help { get; init; }

    public bool Quick { get; init; }

    public IReadOnlyList<ComparisonCase> Cases { get; init; } = CaseCatalogue.Find(Usual);

    /// <summary>The numbers of threads, rising, the first of which is 1.</summary>
    public IReadOnlyList<int> Threads { get; init; } = UpTo(Environment.ProcessorCount);

    /// <summary>The file for the results as JSON, or null.</summary>
    public string? Json { get; init; }

    /// <summary>The file for the table in Markdown, or null.</summary>
    public string? Markdown { get; init; }

    public static string HelpText => $"""
        Runs the cases of bench/compare with 1, 2, 4, 8 and 16 threads, as far as there are processors, and prints how many times faster
        than one thread each is, its share of the ideal, and how many blocks of work every worker has.

        Usage: bench/scaling [--quick] [--cases A,B,...] [--threads 1,2,...] [--json FILE] [--markdown FILE]

          --quick            A short measurement: long cases do a part of their work, and their times are scaled up.
          --cases A,B,...    Only these cases. Default: {string.Join(", ", Usual)}.
          --threads 1,2,...  These numbers of threads, also more than there are processors. 1 is always among them.
          --json FILE        Writes the results as an array of JSON objects, one for every case and number of threads.
          --markdown FILE    Writes the table in Markdown.
          --help             Prints this help.

        All numbers of threads run in turn, round after round; a time is the median. Results are the same with any number of threads.
        Blocks are those of the chains, or of the largest program of a case without chains: at most as many workers as blocks can work.

        """;

    /// <summary>Reads a command line.</summary>
    /// <exception cref="InvalidInputException">The command line is wrong.</exception>
    public static ScalingOptions Parse(IReadOnlyList<string> arguments)
    {
        ScalingOptions options = new();
        foreach ((string option, string value) in OptionReader.Read(arguments, Values))
        {
            options = option switch
            {
                "--help" or "-h" => options with { Help = true },
                "--quick" => options with { Quick = true },
                "--cases" => options with { Cases = CasesOf(value) },
                "--threads" => options with { Threads = ThreadsOf(value) },
                "--json" => options with { Json = value },
                "--markdown" => options with { Markdown = value },
                _ => throw new InvalidInputException($"There is no option '{option}'. The options are {string.Join(", ", Known)}."),
            };
        }
        return options;
    }

    private static int[] UpTo(int processors) => [.. Enumerable.Range(0, 5).Select(i => 1 << i).Where(n => n <= processors)];

    private static IReadOnlyList<ComparisonCase> CasesOf(string list)
    {
        IReadOnlyList<ComparisonCase> cases = CaseCatalogue.Find(OptionReader.Parts(list));
        return cases.Any(c => c is StartupCase)
            ? throw new InvalidInputException("The case 'startup' runs programs of its own, with one thread. Leave it out.")
            : cases;
    }

    private static int[] ThreadsOf(string list)
    {
        List<int> threads = [1];
        foreach (string part in OptionReader.Parts(list))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 1024)
            {
                throw new InvalidInputException(
                    $"'{part}' is no number of threads. Give whole numbers from 1 to 1024, separated by commas, for example 1,2,4.");
            }
            threads.Add(number);
        }
        return [.. threads.Distinct().Order()];
    }
}
