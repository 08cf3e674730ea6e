using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule.Compare.Contenders;

/// <summary>
/// PyTorch in a separate process with a fixed number of threads, which receives requests as lines of JSON. Between requests it waits for
/// input and does nothing.
/// </summary>
internal sealed class PythonPeer : IDisposable
{
    public const string Name = "pytorch";

    private readonly Process _process;

    private PythonPeer(Process process, string python, JsonObject greeting)
    {
        _process = process;
        Python = python;
        Version = greeting["version"]!.GetValue<string>();
        Threads = greeting["threads"]!.GetValue<int>();
    }

    /// <summary>The interpreter that runs the peer.</summary>
    public string Python { get; }

    public string Version { get; }

    public int Threads { get; }

    /// <summary>Starts the peer with the first interpreter that has it.</summary>
    /// <param name="candidates">Interpreters, in order.</param>
    /// <param name="threads">The number of threads that every library in it uses.</param>
    /// <returns>The peer, or null and the reason that no interpreter has it.</returns>
    public static (PythonPeer? Peer, string Reason) Start(IEnumerable<string> candidates, int threads)
    {
        List<string> reasons = [];
        foreach (string python in candidates)
        {
            Process? process = null;
            try
            {
                process = Process.Start(Command(python, threads, Script("pytorch.py"), [$"{threads}"]))!;
                if (process.StandardOutput.ReadLine() is not { } line)
                    reasons.Add($"{python} ended with exit code {ExitCode(process)}");
                else if (JsonNode.Parse(line)!.AsObject() is var greeting && greeting.ContainsKey("version"))
                    return (new PythonPeer(process, python, greeting), "");
                else
                    reasons.Add($"{python}: {greeting["error"]}");
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or JsonException)
            {
                reasons.Add($"{python}: {e.Message}");
            }
            process?.Dispose();
        }
        return (null, string.Join("; ", reasons));
    }

    /// <summary>The command that starts a Python program, with the number of threads set for every library that might use it.</summary>
    public static ProcessStartInfo Command(string python, int threads, string script, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(python, [script, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string variable in (ReadOnlySpan<string>)["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
            start.Environment[variable] = $"{threads}";
        return start;
    }

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "peers", name);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="PeerException">The peer refused, or ended.</exception>
    public JsonObject Ask(JsonObject request)
    {
        string? line = null;
        try
        {
            _process.StandardInput.WriteLine(request.ToJsonString());
            _process.StandardInput.Flush();
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
        }
        if (line is null)
        {
            throw new PeerException($"the process of {Name} ended with exit code {ExitCode(_process)} at the request \"{request["op"]}\"; "
                + "see its output above");
        }
        JsonObject answer = JsonNode.Parse(line)!.AsObject();
        return answer["error"] is { } error ? throw new PeerException($"{Name} refused the request \"{request["op"]}\": {error}") : answer;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(2000))
            _process.Kill();
        _process.Dispose();
    }

    private static string ExitCode(Process process) => process.WaitForExit(1000) ? $"{process.ExitCode}" : "unknown";
}
