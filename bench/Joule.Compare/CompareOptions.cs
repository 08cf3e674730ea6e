using Joule.Compare.Cases;

namespace Joule.Compare;

/// <summary>What the command line asks for.</summary>
internal sealed record CompareOptions
{
    private static readonly string[] Known = ["--quick", "--cases", "--json", "--markdown", "--help"];

    public bool Help { get; init; }

    public bool Quick { get; init; }

    public IReadOnlyList<ComparisonCase> Cases { get; init; } = CaseCatalogue.All;

    /// <summary>Where the results go as JSON.</summary>
    public string? Json { get; init; }

    /// <summary>Where the table goes as Markdown.</summary>
    public string? Markdown { get; init; }

    public static string HelpText => $"""
        Runs Joule and PyTorch in turn on the same work and prints medians, how many times faster Joule is, and its share of what the
        cores can do.

        Usage: bench/compare [--quick] [--cases A,B,...] [--json FILE] [--markdown FILE]

          --quick          Ends within 60 seconds: long cases do a part of their work, and their times are scaled up.
          --cases A,B,...  Only these cases.
          --json FILE      Writes the results as an array of JSON objects, one for every case, number of threads and peer.
          --markdown FILE  Writes the table in Markdown.
          --help           Prints this.

        Every case runs with 1 thread and with as many as there are processors, in float32. "pytorch" is written as its users write it;
        "pytorch-tuned" has its parameters frozen while sampling, memory taken once and operations in place. Before anything is timed,
        both sides must agree on energies and gradients of the same weights to 1e-4; where they do not, the exit code is 1. GFLOP/s count
        the multiply-adds of the network alone; the ceiling is a loop of nothing but multiply-adds on as many threads, measured between
        the rounds. Times are of the whole case.

        PyTorch runs in the Python of JOULE_PYTHON, else python3, else /usr/bin/python3. Where there is none, Joule is measured alone.
        scikit-learn's BernoulliRBM will be a peer of Joule's Boltzmann machines; until those are there, it has nothing to run.

        Cases:
        {string.Join('\n', CaseCatalogue.All.Select(c => $"  {c.Name,-22}  {c.Summary}"))}

        """;

    /// <summary>Reads a command line.</summary>
    /// <exception cref="InvalidInputException">It cannot be understood.</exception>
    public static CompareOptions Parse(IReadOnlyList<string> arguments)
    {
        CompareOptions options = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string option = arguments[i], value = "";
            if (option.StartsWith("--", StringComparison.Ordinal) && option.IndexOf('=') is > 0 and int equals)
                (option, value) = (option[..equals], option[(equals + 1)..]);
            bool takesValue = option is "--cases" or "--json" or "--markdown";
            if (!takesValue && value.Length > 0)
                throw new InvalidInputException($"The option '{option}' takes no value; it was given '{value}'.");
            if (takesValue && value.Length == 0)
                value = ++i < arguments.Count ? arguments[i] : "";
            if (takesValue && (value.Length == 0 || value.StartsWith("--", StringComparison.Ordinal)))
            {
                throw new InvalidInputException($"The option '{option}' needs a value: "
                    + $"{(option == "--cases" ? "names of cases, joined by commas" : "the file to write")}.");
            }
            options = option switch
            {
                "--help" or "-h" => options with { Help = true },
                "--quick" => options with { Quick = true },
                "--cases" => options with { Cases = CaseCatalogue.Find(Names(value)) },
                "--json" => options with { Json = value },
                "--markdown" => options with { Markdown = value },
                _ => throw new InvalidInputException($"There is no option '{option}'. The options are {string.Join(", ", Known)}."),
            };
        }
        return options;
    }

    private static string[] Names(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
