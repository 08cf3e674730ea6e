using System.Security.Cryptography;
using System.Text.Json;
using Joule.Data;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>Checks the files of a run as another program would read them.</summary>
internal static class RunFiles
{
    /// <summary>Every file under its final name is complete, whatever happened to the process that wrote it.</summary>
    public static void AssertWhole(string run)
    {
        foreach (string file in Directory.Exists(run) ? Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories) : [])
        {
            string name = Path.GetFileName(file);
            if (name == ".lock" || (name.StartsWith('.') && name.EndsWith(".tmp", StringComparison.Ordinal)))
                continue;
            switch (Path.GetExtension(name))
            {
                case ".json": JsonDocument.Parse(File.ReadAllBytes(file)).Dispose(); break;
                case ".jsonl": Assert.All(File.ReadLines(file), line => JsonDocument.Parse(line).Dispose()); break;
                case ".csv": Assert.NotEmpty(MetricsTable.Read(file)); break;
                case ".png": PngFile.Read(file); break;
                case ".safetensors": Assert.NotEmpty(SafeTensors.Read(file).Tensors); break;
                case ".ckpt":
                    byte[] bytes = File.ReadAllBytes(file);
                    Assert.Equal(SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)), bytes[^32..]);
                    break;
                default: Assert.Fail($"{file} is no file of a run."); break;
            }
        }
    }

    /// <summary>Two runs have the same results, bit for bit, except the seconds.</summary>
    public static void AssertSame(string expected, string actual)
    {
        foreach (string file in Directory.EnumerateFiles(expected, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(expected, file);
            if (Path.GetExtension(name) == ".safetensors" || name.StartsWith("samples", StringComparison.Ordinal))
                Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, name))), name);
        }
        IEnumerable<string> Rows(string run) =>
            MetricsTable.Read(Path.Combine(run, "metrics.csv")).Select(row => MetricsTable.Format(row with { Seconds = 0 }));
        Assert.Equal(Rows(expected), Rows(actual));
    }

    /// <summary>All names in a run's folder, for messages.</summary>
    public static string[] Checkpoints(string run) => Directory.GetFiles(Path.Combine(run, "checkpoints"), "step-*.ckpt");
}
