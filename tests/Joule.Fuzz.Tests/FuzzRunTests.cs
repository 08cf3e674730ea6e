using Xunit;

namespace Joule.Fuzz.Tests;

/// <summary>The fuzz can fail: readers that break one rule each are found, and the message has what is needed to reproduce it.</summary>
public sealed class FuzzRunTests
{
    [Fact]
    public void A_good_reader_passes()
    {
        FuzzRun run = Run(input =>
        {
            if (input.Length % 2 == 0)
                throw InvalidInputException.At("fuzzed", 0, "even");
        });
        Assert.Equal(2000, run.Values + run.Errors);
        Assert.True(run.Values > 100 && run.Errors > 100);
    }

    [Fact]
    public void Another_exception_is_found() =>
        Found(input => _ = input[90], "an error that is not ours", nameof(IndexOutOfRangeException));

    [Fact]
    public void An_error_without_a_place_is_found() => Found(input =>
    {
        if (input.Length < 90)
            throw new InvalidInputException("fuzzed: it is bad");
    }, "no place");

    [Fact]
    public void An_error_without_the_file_is_found() =>
        Found(_ => throw InvalidInputException.At("another", 0, "it is bad"), "names no file");

    [Fact]
    public void Memory_is_counted() => Found(input => GC.KeepAlive(new byte[input.Length > 150 ? 80 << 20 : 1]), "bytes for a file of");

    [Fact]
    public void Time_is_measured() => Found(input =>
    {
        if (input.Length > 120)
            Spin();
    }, "it takes 1.");

    [Fact]
    public void An_input_is_a_function_of_seed_and_number()
    {
        Bad target = new(_ => { });
        Assert.Equal(target.Input(5, 77), new Bad(_ => { }).Input(5, 77));
        Assert.NotEqual(target.Input(5, 77), target.Input(6, 77));
        Assert.True(Enumerable.Range(0, 1000).Select(i => Convert.ToBase64String(target.Input(5, i))).Distinct().Count() > 900);
    }

    [Fact]
    public void Every_corpus_folder_has_a_reader_and_every_reader_has_good_and_bad_files()
    {
        string corpus = Path.Combine(AppContext.BaseDirectory, "Corpus");
        string[] readers = [.. typeof(FuzzTarget).Assembly.GetTypes().Where(t => t.IsPublic && t.IsSubclassOf(typeof(FuzzTarget)))
            .Select(t => ((FuzzTarget)Activator.CreateInstance(t)!).Folder).Order()];
        Assert.Equal(Directory.EnumerateDirectories(corpus).Select(folder => Path.GetFileName(folder)!).Order(), readers);
        foreach (string reader in readers)
        {
            string[] files = [.. Directory.EnumerateFiles(Path.Combine(corpus, reader)).Select(file => Path.GetFileName(file)!)];
            Assert.Contains(files, file => file.StartsWith("good-", StringComparison.Ordinal));
            Assert.Contains(files, file => file.StartsWith("bad-", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Checksums_are_right()
    {
        byte[] content = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * i))];
        Assert.Equal(content, Checksums.Gunzip(Checksums.Gzip(content)));
        Assert.Equal(content, Checksums.Unzlib(Checksums.Zlib(content)));
        Assert.Empty(Checksums.Gunzip(Checksums.Gzip([])));
    }

    private static void Spin()
    {
        double began = FuzzRun.ProcessorSeconds();
        if (began == 0)
            Thread.Sleep(1100);
        while (began > 0 && FuzzRun.ProcessorSeconds() - began < 1.1)
            Thread.SpinWait(1_000_000); // many at once, because reading the clock takes memory
    }

    private static void Found(Action<byte[]> read, params string[] words)
    {
        FuzzException error = Assert.Throws<FuzzException>(() => Run(read));
        foreach (string word in (string[])[.. words, "npy, seed 3, input ", "in base64 ", "JOULE_FUZZ_REPLAY"])
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    private static FuzzRun Run(Action<byte[]> read)
    {
        string kept = Directory.CreateTempSubdirectory("joule-fuzz-test-").FullName;
        try
        {
            FuzzRun run = new(new Bad(read), new FuzzSettings(2000, 3, kept, Trace: false));
            run.Run();
            return run;
        }
        finally
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    /// <summary>A reader given by the test, with the corpus of NPY. It is not public, so that it is not run as a test itself.</summary>
    private sealed class Bad(Action<byte[]> read) : FuzzTarget
    {
        public override string Folder => "npy";

        public override void Read(byte[] input) => read(input);
    }
}
