using System.Diagnostics;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Files;

/// <summary>No command overwrites its input, a model, a checkpoint or a file of a run.</summary>
public sealed class OutputFileTests(TinyRun tiny)
{
    private const int Side = TinyRun.Side;

    [Theory]
    [InlineData("images.npy")]
    [InlineData("./images.npy")]
    [InlineData("pics/../images.npy")]
    [InlineData("symbolic.npy")]
    [InlineData("hard.npy")]
    [InlineData("by-folder/images.npy")]
    public void The_input_is_not_overwritten_under_any_name(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using TemporaryFolder folder = Prepare();
        File.CreateSymbolicLink(folder.File("symbolic.npy"), folder.File("images.npy"));
        Process.Start("ln", [folder.File("images.npy"), folder.File("hard.npy")])!.WaitForExit();
        Directory.CreateSymbolicLink(folder.File("by-folder"), folder.Path);
        Refused(folder, "would replace an input", "score", folder.File("run"), folder.File("images.npy"), "--out",
            $"{folder.Path}/{name}");
    }

    [Theory]
    [InlineData("would replace an input", "score RUN images.npy --out RUN/model.safetensors")]
    [InlineData("would replace an input", "score RUN/model.safetensors images.npy --out RUN/model.safetensors")]
    [InlineData("would replace an input", "score RUN/checkpoints/best.ckpt images.npy --out RUN/checkpoints/best.ckpt")]
    [InlineData("holds an IDX file", "score RUN pics --out data/train-images-idx3-ubyte")]
    [InlineData("a safetensors file: a model, a checkpoint or a replay buffer", "score RUN images.npy --out model-copy")]
    [InlineData("is a file of the run", "score RUN images.npy --out RUN/config.json")]
    [InlineData("is a file of the run", "score RUN images.npy --out RUN/metrics.csv")]
    [InlineData("is a file of the run", "score RUN images.npy --out RUN/events.jsonl")]
    [InlineData("is a file of the run", "score RUN images.npy --out RUN/.lock")]
    [InlineData("is a file of the run", "score RUN images.npy --out RUN/checkpoints/energies.csv")]
    [InlineData("is a file of the run", "score other-model images.npy --out RUN/run.json")]
    [InlineData("holds an NPY array", "score RUN pics --out other.npy")]
    [InlineData("holds a PNG picture", "score RUN images.npy --out pics/0.png")]
    [InlineData("holds JSON", "score RUN images.npy --out my.json")]
    [InlineData("holds the metrics of a run", "score RUN images.npy --out metrics-copy.csv")]
    [InlineData("holds a ZIP or NPZ archive", "score RUN images.npy --out archive.npz")]
    [InlineData("holds an IDX file", "score RUN images.npy --out idx")]
    [InlineData("would be lost", "score RUN images.npy --out notes.txt")]
    [InlineData("would be lost", "plot RUN --out notes.txt")]
    [InlineData("writes *.png", "plot RUN --out new.txt")]
    [InlineData("is a device or a pipe", "score RUN images.npy --out /dev/null")]
    [InlineData("is a file of the run", "sample RUN --steps 1 --out RUN/loss.png")]
    [InlineData("is a file of the run", "sample RUN --steps 1 --out RUN/samples/epoch-0001.png")]
    [InlineData("is a file of the run", "sample RUN --steps 1 --out RUN/samples/epoch-0009.png")]
    [InlineData(": the picture would become one of its images", "sample RUN --steps 1 --from data --data pics --out pics/0.png")]
    [InlineData(": the picture would become one of its images", "sample RUN --steps 1 --from data --data pics --out pics/new.png")]
    [InlineData("would replace an input", "sample RUN --steps 1 --from data --data images.npy --out images.npy")]
    [InlineData("is a file of the run", "sample RUN --steps 1 --out new.png --film RUN/loss.png")]
    [InlineData("already holds pictures", "sample RUN --steps 1 --out new.png --film pics")]
    [InlineData("already holds pictures", "sample RUN --steps 1 --out new.png --film RUN/samples")]
    [InlineData("already holds pictures", "sample RUN --steps 1 --out new.png --film RUN")]
    [InlineData("in which a run keeps its files", "sample RUN --steps 1 --out new.png --film RUN/checkpoints/film")]
    [InlineData(": the pictures would become part of its images",
        "sample RUN --steps 1 --from data --data pics --out new.png --film pics/film")]
    [InlineData("give them different names", "sample RUN --steps 1 --out new.png --film ./new.png")]
    [InlineData("in the frame folder", "sample RUN --steps 1 --out empty/frame-0001.png --film empty")]
    [InlineData("is a file of the run", "plot RUN --out RUN/samples/epoch-0001.png")]
    [InlineData("would replace an input", "plot RUN --out RUN/metrics.csv")]
    [InlineData("holds an NPY array", "plot RUN --out images.npy")]
    [InlineData("would become part of the data", "train seed --data pics --epochs 0 --out pics/run")]
    [InlineData("is not empty", "train seed --data pics --epochs 0 --out pics")]
    [InlineData("is a file", "train seed --config my.json --data pics --epochs 0 --out my.json")]
    public void Nothing_is_lost(string expected, string line)
    {
        using TemporaryFolder folder = Prepare();
        Refused(folder, expected, [.. line.Split(' ').Select(word => Place(folder, word))]);
    }

    [Theory]
    [InlineData("score RUN images.npy --out energies.csv")]
    [InlineData("score RUN images.npy --out unfinished.csv")]
    [InlineData("score RUN pics --out pics/energies.csv")]
    [InlineData("score RUN images.npy --out RUN/energies.csv")]
    [InlineData("sample RUN --steps 1 --out RUN/samples.png")]
    [InlineData("sample RUN --steps 1 --out drawn.npy")]
    [InlineData("sample RUN --steps 1 --out new.png --film film.png")]
    [InlineData("sample RUN --steps 1 --out data/new.png")]
    [InlineData("plot RUN")]
    [InlineData("plot RUN --out RUN/loss.png")]
    [InlineData("plot RUN --out curves.png")]
    public void An_older_result_is_overwritten(string line)
    {
        using TemporaryFolder folder = Prepare();
        string[] words = [.. line.Split(' ').Select(word => Place(folder, word))];
        for (int i = 0; i < 2; i++)
        {
            (int code, _, string error) = JouleProgramTests.Invoke(words);
            Assert.True(code == 0, error);
        }
    }

    [Fact]
    public void A_cached_dataset_is_not_overwritten()
    {
        string folder = DataCache.Default.FolderOf(DatasetCatalogue.All[0]);
        Directory.CreateDirectory(folder); // in the cache of the tests
        (int code, _, string error) = JouleProgramTests.Invoke(
            "sample", tiny.Run, "--steps", "1", "--out", Path.Combine(folder, "joule-test-samples.png"));
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("where Joule keeps a dataset", error, StringComparison.Ordinal);
    }

    private TemporaryFolder Prepare()
    {
        TemporaryFolder folder = new();
        CopyFolder(tiny.Run, folder.File("run"));
        CopyFolder(tiny.Data, folder.File("data"));
        Directory.CreateDirectory(folder.File("empty"));
        Directory.CreateDirectory(folder.File("pics"));
        float[] pixels = new float[Side * Side];
        ImageSet images = TinyRun.Images(6);
        for (int i = 0; i < 6; i++)
        {
            images.Read(i, pixels);
            PngFile.Write(folder.File($"pics/{i}.png"), new PngImage(Side, Side, 1, [.. pixels.Select(p => (byte)(p * 255 + 0.5f))]));
        }
        foreach (string name in (string[])["images.npy", "other.npy"])
            NpyFile.Write(folder.File(name), [3, Side, Side], [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)i)]);
        File.Copy(tiny.Model, folder.File("model-copy"));
        File.Copy(tiny.Model, folder.File("other-model"));
        File.Copy(Path.Combine(tiny.Run, "config.json"), folder.File("my.json"));
        File.Copy(Path.Combine(tiny.Run, "metrics.csv"), folder.File("metrics-copy.csv"));
        File.Copy(Path.Combine(tiny.Data, "train-images-idx3-ubyte"), folder.File("idx"));
        File.WriteAllBytes(folder.File("archive.npz"), [(byte)'P', (byte)'K', 3, 4, 20, 0]);
        File.WriteAllText(folder.File("notes.txt"), "an older result of some kind");
        File.WriteAllText(folder.File("unfinished.csv"), "");
        return folder;
    }

    private string Place(TemporaryFolder folder, string word) => word switch
    {
        "data" or "train" or "seed" => word,
        _ when word.StartsWith("data/train", StringComparison.Ordinal) => Path.Combine(tiny.Data, word["data/".Length..]),
        _ when word.StartsWith("RUN", StringComparison.Ordinal) => folder.File("run" + word[3..]),
        _ when Path.IsPathRooted(word) || word.StartsWith('-')
            || !(word.Contains('.', StringComparison.Ordinal) || word.Contains('/', StringComparison.Ordinal)
                || Path.Exists(folder.File(word))) => word,
        _ => $"{folder.Path}/{word}",
    };

    private static void Refused(TemporaryFolder folder, string expected, params string[] line)
    {
        string[] before = Content(folder.Path);
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == ExitCodes.InvalidInput, $"exit code {code}: {output}{error}");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(before, Content(folder.Path));
    }

    private static string[] Content(string folder) =>
        [.. new DirectoryInfo(folder)
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(f => f.FullName).Order(StringComparer.Ordinal)
            .Select(name => $"{name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(name)))}")];

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) != ".lock")
                File.Copy(file, target);
        }
    }
}
