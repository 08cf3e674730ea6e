using System.Diagnostics;
using System.Text.Json;

namespace Joule.Gpu.Check;

/// <summary>PyTorch's times of the same cases on the same card, by bench/peers/pytorch_gpu.py, where python3 has PyTorch.</summary>
internal static class Peers
{
    private const int Seconds = 75;

    // For a compilation that does not end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Seconds + 25);

    /// <summary>The ratios that Joule aims at, PyTorch's time divided by Joule's.</summary>
    public static IReadOnlyDictionary<(string Case, int Chains), double> Aims { get; } = new Dictionary<(string, int), double>
    {
        [("mlp-langevin", 128)] = 4,
        [("mlp-langevin", 1024)] = 2.5,
        [("mlp-langevin", 8192)] = 1.3,
        [("conv-langevin", 128)] = 6,
        [("conv-langevin", 1024)] = 2.5,
        [("conv-langevin", 8192)] = 1.8,
        [("conv-train", 128)] = 4,
        [("seed-step", 64)] = 2,
        [("double-well-langevin-L", 1024)] = 4,
        [("double-well-hmc-L", 1024)] = 4,
        [("rbm-gibbs", 100)] = 2,
        [("rbm-gibbs", 10_000)] = 1,
        [("score", 10_000)] = 1,
        [("resnet-langevin", 16)] = 0.8,
    };

    /// <summary>Runs the peer and notes its times; whatever goes wrong becomes a line of the report, never a failed check.</summary>
    public static void Run(Report report)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "pytorch_gpu.py");
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo("python3", [script, "--seconds", $"{Seconds}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        string errors = "";
        process.ErrorDataReceived += (_, line) => errors = line.Data is { Length: > 0 } text ? text : errors;
        process.OutputDataReceived += (_, line) => Note(report, line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            report.Note($"PyTorch was not measured: python3 does not start ({e.Message}).");
            return;
        }
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            report.Note($"PyTorch was stopped after {Patience.TotalSeconds:F0} s; the forms that were left have no time.");
        }
        process.WaitForExit();
        if (report.HasPeers)
            return;
        report.Note($"PyTorch was not measured: {(errors.Length > 0 ? errors : $"exit code {process.ExitCode}")}");
    }

    private static void Note(Report report, string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement of = document.RootElement;
            if (of.TryGetProperty("version", out JsonElement version))
                report.Note($"The peer is PyTorch {version.GetString()}, in the faster of two forms: one CUDA graph, or compiled in one.");
            else if (of.TryGetProperty("error", out JsonElement error))
                report.Note($"PyTorch, {of.GetProperty("case").GetString()}, {of.GetProperty("form").GetString()}: {error.GetString()}");
            else
            {
                report.Peer(of.GetProperty("case").GetString()!, of.GetProperty("chains").GetInt32(), of.GetProperty("ms").GetDouble(),
                    of.GetProperty("form").GetString()!);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            report.Note($"PyTorch said what is no result: {line}");
        }
    }
}
