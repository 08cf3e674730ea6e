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
        ? RunScaling(rest, output, messages)
        : RunComparison(arguments, output, messages);

    private static int RunScaling(string[] arguments, TextWriter output, TextWriter messages)
    {
        ScalingOptions options;
        try
        {
            options = ScalingOptions.Parse(arguments);
        }
        catch (InvalidInputException wrong)
        {
            messages.WriteLine($"bench/scaling: error: {wrong.Message}\nRun 'bench/scaling --help' to see what is accepted.");
            return Usage;
        }
        if (options.Help)
        {
            output.Write(ScalingOptions.HelpText);
            return Success;
        }
        try
        {
            IReadOnlyList<ScalingResult> results = new ScalingRun(options, output).Run();
            Write(options.Json, () => ScalingReport.Json(results));
            Write(options.Markdown, () => ScalingReport.Markdown(results));
            return Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JouleException)
        {
            messages.WriteLine($"bench/scaling: error: {e.Message}");
            return Failure;
        }
    }

    private static int RunComparison(string[] arguments, TextWriter output, TextWriter messages)
    {
        CompareOptions options;
        try
        {
            options = CompareOptions.Parse(arguments);
        }
        catch (InvalidInputException wrong)
        {
            messages.WriteLine($"bench/compare: error: {wrong.Message}\nRun 'bench/compare --help' to see what is accepted.");
            return Usage;
        }
        if (options.Help)
        {
            output.Write(CompareOptions.HelpText);
            return Success;
        }
        try
        {
            Comparison comparison = new(options, output, messages);
            IReadOnlyList<CaseResult> results = comparison.Run();
            Write(options.Json, () => JsonReport.Text(results));
            Write(options.Markdown, () => TableReport.Markdown(results));
            return comparison.Failed ? Failure : Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JouleException)
        {
            messages.WriteLine($"bench/compare: error: {e.Message}");
            return Failure;
        }
    }

    private static void Write(string? file, Func<string> text)
    {
        if (file is not null)
            File.WriteAllText(file, text());
    }
}
