using Xunit;

[assembly: AssemblyFixture(typeof(Joule.Cli.Tests.TinyPoints))]

namespace Joule.Cli.Tests;

/// <summary>A run on a few points in the plane, small enough for every test.</summary>
public sealed class TinyPoints : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-points-").FullName;

    public TinyPoints() => First = JouleProgramTests.Invoke(Line("--out", Run, "--epochs", "2", "--json"));

    /// <summary>The folder of the run: 2 epochs, seed 1.</summary>
    public string Run => Path.Combine(_folder, "run");

    public string Model => Path.Combine(Run, "model.safetensors");

    /// <summary>What the training printed.</summary>
    internal (int Code, string Output, string Error) First { get; }

    /// <summary>The command line that trains on a few points; further arguments change it.</summary>
    public static string[] Line(params string[] further) =>
    [
        "train", "moons", "--quiet", "--set", "data.count=128", "--set", "data.test_count=40",
        "--set", """energy.layers=[{"type":"dense","outputs":8},{"type":"square"},{"type":"sum"}]""",
        "--set", "objective.negatives.slots=64", "--set", "objective.negatives.steps=2", "--set", "training.batch=32",
        "--set", "sampling.steps=3", .. further,
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
