using Xunit;

namespace Joule.Fuzz.Tests;

/// <summary>
/// A reader under fire, and its tests. To add one is to add one class in <c>Readers/</c> that derives from this, and a folder of small files in
/// <c>Corpus/</c>: those named <c>good-…</c> must be read, those named <c>bad-…</c> refused. A class is a collection of its own: readers run side by side.
/// </summary>
public abstract class FuzzTarget
{
    /// <summary>What the reader is told that its file is called.</summary>
    protected const string File = "fuzzed";

    private const int RealFiles = 200;
    private readonly Lazy<(string Name, byte[] Bytes)[]> _corpus;

    protected FuzzTarget()
    {
        _corpus = new(() => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", Folder)).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), System.IO.File.ReadAllBytes(path)))]);
    }

    /// <summary>The folder of the corpus; also the reader's name.</summary>
    public abstract string Folder { get; }

    /// <summary>The reader's name.</summary>
    public virtual string Name => Folder;

    /// <summary>Bytes that a reader may take for every byte of its file, beside 64 MiB.</summary>
    public virtual int MemoryPerByte => 2;

    /// <summary>Reads a file's bytes.</summary>
    public abstract void Read(byte[] input);

    /// <summary>Reads a file from disk, as a user's program does; null where only bytes can be read.</summary>
    protected virtual Action<string>? ReadFile => null;

    /// <summary>Changes a file: by bytes where nothing better is known.</summary>
    internal virtual byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => Mutator.Change(seed, corpus, random);

    /// <summary>Whether an error says which file and where.</summary>
    internal virtual bool IsPlaced(JouleException error) => error is InvalidInputException { Offset: >= 0, File: File } && error.Message.StartsWith(File + ", ", StringComparison.Ordinal);

    /// <summary>Input i of a seed.</summary>
    internal byte[] Input(ulong seed, long iteration)
    {
        FuzzRandom random = new(Name, seed, iteration);
        // Mostly from files that can be read: what is bad already mostly stays so, in the same way.
        return Mutate(random.Pick(random.OneIn(6) ? Corpus : Good), Corpus, random);
    }

    private byte[][] Corpus => field ??= [.. _corpus.Value.Select(file => file.Bytes)];

    private byte[][] Good => field ??= [.. _corpus.Value.Where(file => file.Name.StartsWith("good-", StringComparison.Ordinal)).Select(file => file.Bytes)];

    [Fact]
    public void Every_mutation_gives_a_value_or_an_error_with_its_place()
    {
        if (Environment.GetEnvironmentVariable("JOULE_FUZZ_REPLAY") is { Length: > 0 } path)
        {
            Read(System.IO.File.ReadAllBytes(path));
            return;
        }
        FuzzRun run = new(this, FuzzSettings.FromEnvironment);
        run.Run();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Name}: {run.Values:N0} inputs were read, {run.Errors:N0} refused");
        // Mutations that always break the file, or never, test little.
        Assert.True(run.Values > run.Errors / 100, $"Only {run.Values} of {run.Values + run.Errors} inputs were read.");
        Assert.True(run.Errors > run.Values / 100, $"Only {run.Errors} of {run.Values + run.Errors} inputs were refused.");
    }

    [Fact]
    public void The_corpus_is_read_or_refused_as_its_names_say()
    {
        foreach ((string name, byte[] bytes) in _corpus.Value)
        {
            Exception? error = Record.Exception(() => Read(bytes));
            if (name.StartsWith("good-", StringComparison.Ordinal)) Assert.True(error is null, $"{name}: {error}");
            else Assert.True(error is JouleException ours && IsPlaced(ours), $"{name}: {error?.ToString() ?? "it is read"}");
        }
    }

    [Fact]
    public void Real_files_are_read_or_refused_alike()
    {
        if (ReadFile is not { } read) return;
        string path = Path.Combine(Directory.CreateTempSubdirectory("joule-fuzz-").FullName, File);
        for (int i = 0; i < RealFiles; i++)
        {
            byte[] input = Input(FuzzSettings.FromEnvironment.Seed, i);
            System.IO.File.WriteAllBytes(path, input);
            Exception? inMemory = Record.Exception(() => Read(input)), onDisk = Record.Exception(() => read(path));
            // A file without length is not even opened, unless the user may have meant a pipe.
            if (input.Length == 0 && onDisk?.Message.Contains("the file is empty", StringComparison.Ordinal) == true) continue;
            Assert.Equal(inMemory?.Message, onDisk?.Message.Replace(path, File, StringComparison.Ordinal));
        }
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
