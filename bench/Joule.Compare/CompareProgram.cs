using Joule.Compare.Reports;
using Joule.Compare.Scaling;

namespace Joule.Compare;

/// <summary>The program. Exit codes: 0 for success, 1 for a failure, 2 for a wrong command line.</summary>
internal static class CompareProgram
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Usage = 2;

    public static int Run(string[] arguments, TextWriter output, TextWriter messages) => arguments is ["scaling", .. string[] rest]
        ? Guard("bench/scaling", output, messages, () => Scaling(rest, output))
        : Guard("bench/compare", output, messages, () => Comparing(arguments, output, messages));

    // Reads the options; returns the help to print, or the work, which says whether it succeeded.
    private static (string? Help, Func<bool> Work) Scaling(string[] arguments, TextWriter output)
    {
        ScalingOptions options = ScalingOptions.Parse(arguments);
        return (options.Help ? ScalingOptions.HelpText : null, Work);

        bool Work()
        {
            IReadOnlyList<ScalingResult> results = new ScalingRun(options, output).Run();
            Write(options.Json, () => ScalingReport.Json(results));
            Write(options.Markdown, () => ScalingReport.Markdown(results));
            return true;
        }
    }

    private static (string? Help, Func<bool> Work) Comparing(string[] arguments, TextWriter output, TextWriter messages)
    {
        CompareOptions options = CompareOptions.Parse(arguments);
        return (options.Help ? CompareOptions.HelpText : null, Work);

        bool Work()
        {
            Comparison comparison = new(options, output, messages);
            IReadOnlyList<CaseResult> results = comparison.Run();
            Write(options.Json, () => JsonReport.Text(results));
            Write(options.Markdown, () => TableReport.Markdown(results));
            return !comparison.Failed;
        }
    }

    private static int Guard(string name, TextWriter output, TextWriter messages, Func<(string? Help, Func<bool> Work)> read)
    {
        (string? Help, Func<bool> Work) wanted;
        try
        {
            wanted = read();
        }
        catch (InvalidInputException wrong)
        {
            messages.WriteLine($"{name}: error: {wrong.Message}\nRun '{name} --help' to see what is accepted.");
            return Usage;
        }
        if (wanted.Help is { } help)
        {
            output.Write(help);
            return Success;
        }
        try
        {
            return wanted.Work() ? Success : Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JouleException)
        {
            messages.WriteLine($"{name}: error: {e.Message}");
            return Failure;
        }
    }

    private static void Write(string? file, Func<string> text)
    {
        if (file is not null)
            File.WriteAllText(file, text());
    }
}
