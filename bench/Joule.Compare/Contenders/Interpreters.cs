namespace Joule.Compare.Contenders;

/// <summary>The Python interpreters that may have the peers.</summary>
internal static class Interpreters
{
    private const string Variable = "JOULE_PYTHON";

    /// <summary>What to do if none has them.</summary>
    public const string Advice = $"Install it (Debian and Ubuntu: apt install python3-torch), or set {Variable} to a Python that has it.";

    public static IReadOnlyList<string> Candidates => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } own ? [own]
        : OperatingSystem.IsWindows() ? ["python3", "python"] : ["python3", "/usr/bin/python3"];
}
