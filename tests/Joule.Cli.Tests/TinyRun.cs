using Joule.Cli.Tests;
using Joule.Data;
using Xunit;

[assembly: AssemblyFixture(typeof(TinyRun))]

namespace Joule.Cli.Tests;

/// <summary>
/// A folder of 6×6 images (bright squares on black) as IDX files, and a run trained on them; small enough for every test.
/// </summary>
public sealed class TinyRun : IDisposable
{
    public const int Side = 6;
    public const int TrainCount = 40;
    public const int TestCount = 16;
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-tiny-").FullName;

    public TinyRun()
    {
        // What tests keep with data, such as classifiers, stays out of the user's own cache.
        Environment.SetEnvironmentVariable("JOULE_DATA", Path.Combine(_folder, "cache"));
        Directory.CreateDirectory(Data);
        IdxFile.WriteImages(Path.Combine(Data, "train-images-idx3-ubyte"), Images(TrainCount));
        IdxFile.WriteImages(Path.Combine(Data, "t10k-images-idx3-ubyte.gz"), Images(TestCount), gzip: true);
        (int code, _, string error) = Train("--out", Run, "--epochs", "2");
        Assert.True(code == 0, error);
    }

    /// <summary>The folder of images.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>The folder of the run: 2 epochs, seed 1, padded by 1.</summary>
    public string Run => Path.Combine(_folder, "run");

    public string Model => Path.Combine(Run, "model.safetensors");

    /// <summary>Trains the tiny configuration; further arguments change it.</summary>
    public (int Code, string Output, string Error) Train(params string[] further) => JouleProgramTests.Invoke(Line(further));

    /// <summary>The command line that trains the tiny configuration.</summary>
    public string[] Line(params string[] further) =>
    [
        "train", "seed", "--data", Data,
        "--set", """energy.layers=[{"type":"dense","outputs":8},{"type":"relu"},{"type":"dense","outputs":1}]""",
        "--set", "data.pad=1", "--set", "objective.negatives.slots=64", "--set", "objective.negatives.steps=2",
        "--set", "training.batch=16",
        "--set", "sampling.steps=3", .. further,
    ];

    /// <summary>Writes an IDX file of labels: image i has class i mod <paramref name="classes"/>.</summary>
    public static void WriteLabels(string path, int count, int classes) => File.WriteAllBytes(path,
        [0, 0, 8, 1, 0, 0, (byte)(count >> 8), (byte)count, .. Enumerable.Range(0, count).Select(i => (byte)(i % classes))]);

    /// <summary>n images, each with a bright 3×3 square at one of 9 positions.</summary>
    public static ImageSet Images(int count, int side = Side)
    {
        byte[] pixels = new byte[count * side * side];
        for (int i = 0; i < count; i++)
        {
            int top = i % 3, left = i / 3 % 3;
            for (int p = 0; p < 9; p++)
                pixels[((i * side) + top + (p / 3)) * side + left + (p % 3)] = (byte)(255 - i);
        }
        return ImageSet.FromBytes("squares", 1, side, side, pixels);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
