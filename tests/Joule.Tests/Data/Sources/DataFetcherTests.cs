using System.Net;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class DataFetcherTests
{
    private static readonly TinyDataset Plain = new();

    [Fact]
    public void A_mirror_fills_the_cache_once()
    {
        using TempFolder folder = new();
        FakeServer server = new(name => FakeServer.Ok(IdxFileTests.Gzip(Plain.Content[name[..^3]])));
        TinyDataset dataset = new(server.Mirror(30));
        (List<string> log, string path) = Fetch(folder, dataset);
        Assert.Equal(folder["tiny"], path);
        foreach ((string name, byte[] bytes) in dataset.Content)
            Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(path, name)));
        Assert.Contains("tiny: trying https://example.org/tiny/", log);
        Assert.Equal($"tiny: cached in {path}", log[^1]);
        Assert.Equal(4, server.Asked.Count);
        (log, _) = Fetch(folder, dataset);
        Assert.Empty(log);
        Assert.Equal(4, server.Asked.Count);
        Assert.Empty(Directory.GetFiles(path, "*.tmp"));
    }

    [Fact]
    public void If_a_mirror_lacks_a_file_the_next_one_is_tried()
    {
        using TempFolder folder = new();
        FakeServer first = new(_ => new HttpResponseMessage(HttpStatusCode.NotFound));
        FakeServer second = new(name => FakeServer.Ok(Plain.Content[name[..^3]])); // not gzipped, whatever its name says
        (List<string> log, _) = Fetch(folder, new TinyDataset(first.Mirror(30), second.Mirror(30)));
        Assert.Single(first.Asked);
        Assert.Equal(4, second.Asked.Count);
        Assert.Contains(log, line => line.Contains("404", StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_source_is_asked_only_for_missing_files()
    {
        using TempFolder folder = new();
        FakeServer first = new(name => name.StartsWith("train", StringComparison.Ordinal)
            ? FakeServer.Ok(Plain.Content[name[..^3]])
            : new HttpResponseMessage(HttpStatusCode.Forbidden));
        FakeServer second = new(name => FakeServer.Ok(Plain.Content[name[..^3]]));
        Fetch(folder, new TinyDataset(first.Mirror(30), second.Mirror(30)));
        Assert.Equal(4, first.Asked.Count + second.Asked.Count - 1);
    }

    [Fact]
    public void Wrong_content_never_enters_the_cache()
    {
        byte[][] wrongs = [[1, 2, 3], new byte[100_000], IdxFileTests.Gzip(new byte[5_000_000]), [0x1f, 0x8b, 1, 2, 3], []];
        foreach (byte[] wrong in wrongs)
        {
            using TempFolder folder = new();
            JouleException error = Assert.Throws<JouleException>(
                () => Fetch(folder, new TinyDataset(new FakeServer(_ => FakeServer.Ok(wrong)).Mirror(30))));
            Assert.Contains("https://example.org/tiny/: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Directory.GetFiles(folder["tiny"]), path => path.Contains("ubyte", StringComparison.Ordinal));
        }
        using TempFolder same = new();
        Dictionary<string, byte[]> flipped = Plain.Content.ToDictionary(
            pair => pair.Key, pair => (byte[])[.. pair.Value[..^1], (byte)(pair.Value[^1] ^ 1)]);
        JouleException sum = Assert.Throws<JouleException>(
            () => Fetch(same, new TinyDataset(new FakeServer(name => FakeServer.Ok(flipped[name[..^3]])).Mirror(30))));
        Assert.Contains(Plain.Files[0].Sha256, sum.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_that_does_not_answer_stalls_or_breaks_is_abandoned()
    {
        using TempFolder folder = new();
        MirrorSource silent = new FakeServer(_ => FakeServer.Ok([]), TimeSpan.FromMinutes(5)).Mirror();
        MirrorSource stalled = new FakeServer(
            _ => new HttpResponseMessage { Content = new StreamContent(new StallingStream([1, 2, 3], false)) }).Mirror();
        MirrorSource broken = new FakeServer(
            _ => new HttpResponseMessage { Content = new StreamContent(new StallingStream([1, 2, 3], true)) }).Mirror(30);
        MirrorSource refused = new FakeServer(_ => throw new HttpRequestException("no route")).Mirror(30);
        JouleException error = Assert.Throws<JouleException>(() => Fetch(folder, new TinyDataset(silent, stalled, broken, refused)));
        foreach (string reason in new[] { "no answer in 0.05 s", "nothing came for 0.05 s", "reset by peer", "no route" })
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_source_the_error_says_how_to_provide_the_files()
    {
        using TempFolder folder = new();
        JouleException error = Assert.Throws<JouleException>(() => Fetch(folder, new TinyDataset(
            new NpmSource("no-such-thing", () => null),
            new FolderSource(folder["none"], "the package", "it is not installed"))));
        foreach (string word in new[] { "npm is not on the PATH", "the package: it is not installed", "t10k-labels-idx1-ubyte",
            folder["tiny"], "--data PATH" })
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_in_the_cache_is_named_and_fetched_again()
    {
        using TempFolder folder = new();
        FakeServer server = new(name => FakeServer.Ok(Plain.Content[name[..^3]]));
        TinyDataset dataset = new(server.Mirror(30));
        Fetch(folder, dataset);
        folder.Write("tiny/t10k-labels-idx1-ubyte", [.. Plain.Content["t10k-labels-idx1-ubyte"][..^1], 42]);
        (List<string> log, string path) = Fetch(folder, dataset);
        Assert.Contains("t10k-labels-idx1-ubyte has the SHA-256", log[0], StringComparison.Ordinal);
        Assert.Equal(5, server.Asked.Count);
        Assert.Equal(Plain.Content["t10k-labels-idx1-ubyte"], File.ReadAllBytes(Path.Combine(path, "t10k-labels-idx1-ubyte")));
    }

    [Fact]
    public void A_damaged_file_that_no_source_replaces_is_an_input_error_with_both_hashes()
    {
        using TempFolder folder = new();
        foreach ((string name, byte[] bytes) in Plain.Content)
            folder.Write("tiny/" + name, bytes);
        byte[] wrong = [1, 2, 3];
        folder.Write("tiny/t10k-labels-idx1-ubyte", wrong);
        string expected = Plain.Files.Single(file => file.Name == "t10k-labels-idx1-ubyte").Sha256;
        Refused.With(
            () => Fetch(folder, Plain), expected, "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
            "t10k-labels-idx1-ubyte");
        Assert.Equal(wrong, File.ReadAllBytes(folder["tiny/t10k-labels-idx1-ubyte"]));
    }

    [Fact]
    public void Files_copied_by_hand_are_accepted_gzipped_or_not()
    {
        using TempFolder folder = new();
        foreach ((string name, byte[] bytes) in Plain.Content)
            folder.Write($"tiny/{name.Replace("-idx", ".idx", StringComparison.Ordinal)}.gz", IdxFileTests.Gzip(bytes));
        (_, string path) = Fetch(folder, Plain);
        Assert.Equal(Plain.Content["train-images-idx3-ubyte"], File.ReadAllBytes(Path.Combine(path, "train-images-idx3-ubyte")));
    }

    [Fact]
    public void A_changed_file_is_hashed_again_and_a_damaged_record_does_no_harm()
    {
        using TempFolder folder = new();
        string path = folder.Write("a", "abc"u8);
        const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Assert.Equal(Abc, new VerifiedFiles(folder.Path).Sum(path));
        Assert.Contains(Abc, File.ReadAllText(folder["verified.json"]), StringComparison.Ordinal);
        File.WriteAllText(path, "abd");
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEqual(Abc, new VerifiedFiles(folder.Path).Sum(path));
        File.WriteAllText(path, "abc");
        foreach (string broken in new[] { "", "{", "null", "[]", "{\"a\":null}", "{\"a\":5}" })
        {
            File.WriteAllText(folder["verified.json"], broken);
            Assert.Equal(Abc, new VerifiedFiles(folder.Path).Sum(path));
        }
        Assert.Null(new VerifiedFiles(folder.Path).Sum(folder["none"]));
    }

    [Fact]
    public async Task Two_concurrent_fetches_end_with_complete_files()
    {
        using TempFolder folder = new();
        FakeServer server = new(name => FakeServer.Ok(IdxFileTests.Gzip(Plain.Content[name[..^3]])), TimeSpan.FromMilliseconds(20));
        TinyDataset dataset = new(server.Mirror(30));
        await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Fetch(folder, dataset), TestContext.Current.CancellationToken)));
        foreach ((string name, byte[] bytes) in dataset.Content)
            Assert.Equal(bytes, File.ReadAllBytes(folder["tiny/" + name]));
        Assert.Equal(4, server.Asked.Count); // the second fetch waited and found the files
    }

    [Fact]
    public void A_cache_that_cannot_be_created_is_an_error_of_the_user()
    {
        using TempFolder folder = new();
        folder.Write("tiny", "a file in the way"u8);
        Refused.With(() => Fetch(folder, Plain), "cannot be created", "JOULE_DATA");
    }

    [Fact]
    public void A_cancelled_fetch_stops()
    {
        using TempFolder folder = new();
        using CancellationTokenSource source = new();
        source.Cancel();
        TinyDataset dataset = new(new FakeServer(_ => FakeServer.Ok([])).Mirror(30));
        Assert.ThrowsAny<OperationCanceledException>(
            () => new DataFetcher(new DataCache(folder.Path)).Fetch(dataset, _ => { }, source.Token));
    }

    [Fact]
    public void The_cache_folder_follows_the_environment()
    {
        string temp = Path.GetTempPath().TrimEnd(Path.DirectorySeparatorChar);
        Assert.Equal(Path.Combine(temp, "own"), Root(("JOULE_DATA", Path.Combine(temp, "own")), ("XDG_CACHE_HOME", temp)));
        Assert.Equal(Path.Combine(temp, "joule"), Root(("XDG_CACHE_HOME", temp)));
        Assert.Equal(Path.Combine("home", ".cache", "joule"), Root(("XDG_CACHE_HOME", "relative")));
        Assert.Equal(Path.Combine("home", ".cache", "joule"), Root());
        Assert.Equal(Path.Combine("local", "joule"), DataCache.RootFrom(_ => null, true, "local", "home"));

        static string Root(params (string Key, string Value)[] set) =>
            DataCache.RootFrom(name => set.FirstOrDefault(pair => pair.Key == name).Value, false, "local", "home");
    }

    [Fact]
    public void The_catalogue_knows_both_datasets()
    {
        Assert.Equal(["fashion-mnist", "mnist"], DatasetCatalogue.All.Select(dataset => dataset.Name));
        Assert.All(DatasetCatalogue.All, dataset => Assert.Equal(4, dataset.Files.Count(file => file.Sha256.Length == 64)));
        Assert.Equal("mnist", DatasetCatalogue.Get("MNIST").Name);
        Refused.With(() => DatasetCatalogue.Get("mnits"), "mnits", "Did you mean \"mnist\"?", "fashion-mnist");
    }

    private static (List<string> Log, string Path) Fetch(TempFolder folder, Dataset dataset)
    {
        List<string> log = [];
        string path = new DataFetcher(new DataCache(folder.Path)).Fetch(dataset, line =>
        {
            lock (log)
                log.Add(line);
        }, CancellationToken.None);
        return (log, path);
    }
}
