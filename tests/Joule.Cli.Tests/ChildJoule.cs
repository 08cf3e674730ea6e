using System.Diagnostics;

namespace Joule.Cli.Tests;

/// <summary>The program in a separate process that a test can signal or kill.</summary>
internal sealed class ChildJoule : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _error;

    public ChildJoule(params string[] args) : this("dotnet", ["exec", Program, .. args])
    {
    }

    private ChildJoule(string file, string[] args)
    {
        ProcessStartInfo start = new(file, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>
    /// The program inside a shell script, for example with a redirection. In the script, <c>$JOULE</c> stands for the program and its
    /// arguments.
    /// </summary>
    public static ChildJoule InShell(string script, params string[] args)
    {
        script = "JOULE=(dotnet exec \"$@\")\n" + script.Replace("$JOULE", "\"${JOULE[@]}\"", StringComparison.Ordinal);
        return new("bash", ["-c", script, "bash", Program, .. args]);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Joule.Cli.dll");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// Whether this process, and hence its children, ignores a signal. A shell starts background jobs with SIGINT ignored; nohup ignores
    /// SIGHUP.
    /// </summary>
    public static bool IsIgnored(int signal) => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 1UL << signal - 1) != 0;

    /// <summary>Sends a signal, for example TERM.</summary>
    public void Signal(string name) => Process.Start("kill", [$"-{name}", $"{Id}"])!.WaitForExit();

    /// <summary>Sends SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits until the process ends.</summary>
    public (int Code, string Output, string Error) Wait()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            Kill();
            throw new TimeoutException("The program did not end.");
        }
        _process.WaitForExit();
        return (_process.ExitCode, _output.Result, _error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
