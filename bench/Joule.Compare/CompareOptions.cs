using Joule.Compare.Cases;

namespace Joule.Compare;

/// <summary>The options of the command line.</summary>
internal sealed record CompareOptions
{
    private static readonly string[] Known = ["--quick", "--cases", "--json", "--markdown", "--help"];

    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["--cases"] = "names of cases, separated by commas",
        ["--json"] = "the file to write",
        ["--markdown"] = "the file to write",
    };

    public bool Help { get; init; }

    public bool Quick { get; init; }

    public IReadOnlyList<ComparisonCase> Cases { get; init; } = CaseCatalogue.All;

    /// <summary>The file for the results as JSON, or null.</summary>
    public string? Json { get; init; }

    /// <summary>The file for the table in Markdown, or null.</summary>
    public string? Markdown { get; init; }

    public static string HelpText => $"""
        Runs Joule and PyTorch in turn on the same work and prints medians, how many times faster Joule is, and its share of the
        peak arithmetic of the cores.

        Usage: bench/compare [--quick] [--cases A,B,...] [--json FILE] [--markdown FILE]

          --quick          Ends within 60 seconds: long cases do a part of their work, and their times are scaled up.
          --cases A,B,...  Only these cases.
          --json FILE      Writes the results as an array of JSON objects, one for every case, number of threads and peer.
          --markdown FILE  Writes the table in Markdown.
          --help           Prints this help.

        Every case runs with 1 thread and with as many as there are processors, in float32. "pytorch" is written as its users write it;
        "pytorch-tuned" freezes parameters while sampling, allocates memory once and works in place. Before anything is timed, both sides
        must agree on energies and gradients of the same weights to 1e-4; otherwise the exit code is 1. GFLOP/s count only the
        multiply-adds of the network; the ceiling is a loop of multiply-adds on as many threads, measured between the rounds. Times are
        for the whole case.

        PyTorch runs in the Python given by JOULE_PYTHON or, if that is not set, in python3 or /usr/bin/python3. Without PyTorch, Joule
        is measured alone. scikit-learn's BernoulliRBM is not a peer yet, because Joule has no Boltzmann machines.

        Cases:
        {string.Join('\n', CaseCatalogue.All.Select(c => $"  {c.Name,-22}  {c.Summary}"))}

        """;

    /// <summary>Reads a command line.</summary>
    /// <exception cref="InvalidInputException">The command line is wrong.</exception>
    public static CompareOptions Parse(IReadOnlyList<string> arguments)
    {
        CompareOptions options = new();
        foreach ((string option, string value) in OptionReader.Read(arguments, Values))
        {
            options = option switch
            {
                "--help" or "-h" => options with { Help = true },
                "--quick" => options with { Quick = true },
                "--cases" => options with { Cases = CaseCatalogue.Find(OptionReader.Parts(value)) },
                "--json" => options with { Json = value },
                "--markdown" => options with { Markdown = value },
                _ => throw new InvalidInputException($"There is no option '{option}'. The options are {string.Join(", ", Known)}."),
            };
        }
        return options;
    }
}
