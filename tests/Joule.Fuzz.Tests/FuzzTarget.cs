using Xunit;

namespace Joule.Fuzz.Tests;

/// <summary>
/// A fuzzed reader and its tests. To add one, add a class in <c>Readers/</c> that derives from this, and a folder of small files in
/// <c>Corpus/</c>: files named <c>good-…</c> must be read, files named <c>bad-…</c> must be refused. Each class is a test collection of its
/// own, so readers run in parallel.
/// </summary>
public abstract class FuzzTarget
{
    /// <summary>The file name that the reader is given.</summary>
    protected const string File = "fuzzed";

    private const int RealFiles = 200;
    private readonly Lazy<(string Name, byte[] Bytes)[]> _corpus;

    protected FuzzTarget()
    {
        _corpus = new(
            () => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", Folder)).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), System.IO.File.ReadAllBytes(path)))]);
    }

    /// <summary>The reader's folder in the corpus, which is also its name.</summary>
    public abstract string Folder { get; }

    /// <summary>The reader's name.</summary>
    public virtual string Name => Folder;

    /// <summary>Bytes of memory that a reader may take per byte of its file, in addition to 64 MiB.</summary>
    public virtual int MemoryPerByte => 2;

    /// <summary>Reads a file's bytes.</summary>
    public abstract void Read(byte[] input);

    /// <summary>Reads a file from disk, as a user's program does; null if only bytes can be read.</summary>
    protected virtual Action<string>? ReadFile => null;

    /// <summary>Mutates a file; by default its bytes, without knowledge of the format.</summary>
    internal virtual byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => Mutator.Change(seed, corpus, random);

    /// <summary>Whether an error names the file and the position.</summary>
    internal virtual bool IsPlaced(JouleException error) =>
        error is InvalidInputException { Offset: >= 0, File: File } && error.Message.StartsWith(File + ", ", StringComparison.Ordinal);

    /// <summary>Input i of a seed.</summary>
    internal byte[] Input(ulong seed, long iteration)
    {
        FuzzRandom random = new(Name, seed, iteration);
        // Mostly from good files: a bad file usually fails in the same way after a mutation.
        return Mutate(random.Pick(random.OneIn(6) ? Corpus : Good), Corpus, random);
    }

    private byte[][] Corpus => field ??= [.. _corpus.Value.Select(file => file.Bytes)];

    private byte[][] Good =>
        field ??= [.. _corpus.Value.Where(file => file.Name.StartsWith("good-", StringComparison.Ordinal)).Select(file => file.Bytes)];

    [Fact]
    public void Every_mutation_gives_a_value_or_an_error_with_its_position()
    {
        if (Environment.GetEnvironmentVariable("JOULE_FUZZ_REPLAY") is { Length: > 0 } path)
        {
            Read(System.IO.File.ReadAllBytes(path));
            return;
        }
        FuzzRun run = new(this, FuzzSettings.FromEnvironment);
        run.Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Name}: {run.Values:N0} inputs were read, {run.Errors:N0} refused");
        // Mutations that always or never break the file test little.
        Assert.True(run.Values > run.Errors / 100, $"Only {run.Values} of {run.Values + run.Errors} inputs were read.");
        Assert.True(run.Errors > run.Values / 100, $"Only {run.Errors} of {run.Values + run.Errors} inputs were refused.");
    }

    [Fact]
    public void Corpus_files_are_read_or_refused_as_their_names_say()
    {
        foreach ((string name, byte[] bytes) in _corpus.Value)
        {
            Exception? error = Record.Exception(() => Read(bytes));
            if (name.StartsWith("good-", StringComparison.Ordinal))
                Assert.True(error is null, $"{name}: {error}");
            else
                Assert.True(error is JouleException ours && IsPlaced(ours), $"{name}: {error?.ToString() ?? "it is read"}");
        }
    }

    [Fact]
    public void Files_on_disk_are_read_or_refused_alike()
    {
        if (ReadFile is not { } read)
            return;
        string path = Path.Combine(Directory.CreateTempSubdirectory("joule-fuzz-").FullName, File);
        for (int i = 0; i < RealFiles; i++)
        {
            byte[] input = Input(FuzzSettings.FromEnvironment.Seed, i);
            System.IO.File.WriteAllBytes(path, input);
            Exception? inMemory = Record.Exception(() => Read(input)), onDisk = Record.Exception(() => read(path));
            // An empty file is not even opened, unless the user may have meant a pipe.
            if (input.Length == 0 && onDisk?.Message.Contains("the file is empty", StringComparison.Ordinal) == true)
                continue;
            Assert.Equal(inMemory?.Message, onDisk?.Message.Replace(path, File, StringComparison.Ordinal));
        }
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
