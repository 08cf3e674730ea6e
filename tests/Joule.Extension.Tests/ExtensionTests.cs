using System.Globalization;
using System.Text.Json;
using Joule.Cli;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Extension.Tests;

/// <summary>
/// How to extend Joule from another assembly. Each file here adds one part: a sampler, an energy, an objective, a kind of data with its
/// transform, a dataset, and a preset (walk.json, embedded as a resource). <see cref="Catalogue.Register"/> is all that connects them:
/// after it, the command line trains, resumes, samples, scores, evaluates, lists and documents them.
/// </summary>
public sealed class ExtensionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-extension-").FullName;

    public ExtensionTests()
    {
        Catalogue.Register(typeof(ExtensionTests).Assembly);
        // 60 points around (3, −2), in a pattern that needs no random numbers.
        File.WriteAllLines(Points, Enumerable.Range(0, 60).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{3 + 0.1 * (i % 7 - 3):R} {-2 + 0.1 * (i % 5 - 2):R}")));
    }

    private string Points => Path.Combine(_folder, "points.txt");

    [Fact]
    public void A_run_is_trained_and_resumed_bit_for_bit_and_learns_the_mean_of_the_points()
    {
        Run(0, "train", "walk", "--data", Points, "--out", At("whole"), "--seed", "3", "--epochs", "6");
        Run(0, "train", "walk", "--data", Points, "--out", At("cut"), "--seed", "3", "--epochs", "2");
        Assert.NotEqual(Centre("whole"), Centre("cut"));
        Run(0, "train", "--resume", At("cut"), "--epochs", "6");
        Assert.Equal(Centre("whole"), Centre("cut"));
        Run(0, "train", "walk", "--data", Points, "--out", At("long"), "--epochs", "200");
        // The objective is ½k(E|x − m|² − ½E|ξ − m|²) for data x and noise ξ about 0, so its minimum is at 2 E[x]. States are coordinates
        // divided by the largest one, 3.3.
        Assert.Equal(2 * 3 / 3.3, Centre("long")[0], 0.3);
        Assert.Equal(2 * -2 / 3.3, Centre("long")[1], 0.3);
    }

    [Fact]
    public void Its_model_is_described_sampled_scored_and_evaluated()
    {
        Run(0, "train", "walk", "--data", Points, "--out", At("run"));
        Assert.Contains("50 to train on, 10 to test with", Run(0, "info", At("run")), StringComparison.Ordinal);
        JsonElement sampled = JsonDocument.Parse(Run(0, "sample", At("run"), "--out", At("s.txt"), "--count", "20", "--json")).RootElement;
        Assert.Equal("walk", sampled.GetProperty("sampler").GetString());
        Assert.InRange(sampled.GetProperty("acceptance").GetDouble(), 0.05, 0.99);
        Assert.Equal(20, File.ReadAllLines(At("s.txt")).Length);
        Assert.Equal(61, Run(0, "score", At("run"), Points).TrimEnd('\n').Split('\n').Length);
        Assert.Contains("shuffled", Run(0, "evaluate", At("run")), StringComparison.Ordinal);
        // One of Joule's own presets trains with the new sampler.
        NpyFile.Write(At("images.npy"), [21, 4, 4], [.. Enumerable.Range(0, 336).Select(i => (byte)i)]);
        Run(0, "train", "seed", "--set", "objective.negatives.sampler.type=walk", "--epochs", "0",
            "--data", At("images.npy"), "--out", At("seed"));
    }

    [Fact]
    public void All_parts_are_listed_and_documented_with_their_ranges()
    {
        string keys = Run(0, "presets", "keys");
        string[] parts =
        [
            "objective.push", "two_sided", "at least 0 and below 1", "Weight of the noise; the data have weight 1.",
            "energy.stiffness", "data.scale", "Standard deviation of a proposal, in units of the state.",
        ];
        foreach (string part in parts)
            Assert.Contains(part, keys, StringComparison.Ordinal);
        Assert.Contains("walk", Run(0, "samplers"), StringComparison.Ordinal);
        Assert.Contains("walk", Run(0, "presets"), StringComparison.Ordinal);
        Assert.Contains("extension-tiny", Run(0, "data", "list"), StringComparison.Ordinal);
        string error = Run(2, "train", "walk", "--data", Points, "--set", "objective.push=1", "--out", At("bad"));
        Assert.Contains("objective.push is 1; it must be at least 0 and below 1", error, StringComparison.Ordinal);
        error = Run(2, "train", "walk", "--data", Points, "--set", "energy={\"type\":\"bowl\",\"stifness\":1}", "--out", At("bad"));
        Assert.Contains("did you mean \"stiffness\"", error, StringComparison.Ordinal);
        Assert.NotNull(Catalogue.Find(typeof(SamplerOptions), "walk"));
        Assert.NotNull(Catalogue.Find(typeof(EnergyOptions), "bowl"));
        Assert.NotNull(Catalogue.Find(typeof(ObjectiveOptions), "two_sided"));
        Assert.NotNull(Catalogue.Find(typeof(DataOptions), "points"));
    }

    [Fact]
    public void Bad_points_are_errors_of_the_user_with_file_and_line()
    {
        string bad = At("bad.txt");
        Assert.Contains("bad.txt: there is no such file", Run(2, "train", "walk", "--data", bad), StringComparison.Ordinal);
        File.WriteAllText(bad, "1 2\n1 x\n");
        Assert.Contains("bad.txt, line 2: expected coordinates", Run(2, "train", "walk", "--data", bad), StringComparison.Ordinal);
        File.WriteAllText(bad, "1 2\n1\n");
        Assert.Contains("bad.txt, line 2: the point has 1 coordinates", Run(2, "train", "walk", "--data", bad), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sampler_is_exact_in_a_box_and_counts_divergent_proposals()
    {
        using Device device = Device.Cpu(1);
        Assert.Contains("scale", Assert.Throws<InvalidInputException>(
            () => new WalkSampler(new Flat(2), new WalkOptions { Scale = 0 })).Message, StringComparison.Ordinal);
        // A flat energy on [−1, 1] that is not finite beyond 0.5: states stay below it, uniform on [−1, 0.5].
        Flat energy = new(0.5f);
        const int chains = 400, width = 1;
        using ChainLoop loop = new(device, energy, chains);
        using DeviceBuffer memory = device.Allocate(chains * width);
        Rows states = memory.AsRows(chains, width);
        states.Span.Clear();
        loop.Run(new WalkSampler(energy, new WalkOptions()), states, 100, new RandomStream(1, RandomPurpose.User, 0),
            cancellation: TestContext.Current.CancellationToken);
        float[] values = states.Span.ToArray();
        Assert.All(values, v => Assert.InRange(v, -1, 0.5f));
        Assert.InRange(loop.Divergent.ToArray().Sum(), 1, 100 * chains - 1);
        // Mean −0.25 and variance 1.5²/12 = 0.1875 of independent chains: five standard errors of the mean are 5·√(0.1875/400).
        Assert.Equal(-0.25, values.Average(), 5 * Math.Sqrt(0.1875 / chains));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    private float[] Centre(string run)
    {
        using Device device = Device.Cpu(1);
        using Model model = Model.Load(At(run), device);
        return model.Values(model.Trained.Tensors[0]);
    }

    private static string Run(int expected, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        bool hasQuiet = arguments[0] is "train" or "sample" or "score" or "evaluate";
        int code = JouleProgram.Run(hasQuiet ? [.. arguments, "--quiet"] : arguments, output, error);
        Assert.True(code == expected, $"{string.Join(' ', arguments)}: {code} {error}");
        return expected == 0 ? output.ToString() : error.ToString();
    }

    /// <summary>0 on [−1, 1] up to a wall of its own, and not a number beyond it.</summary>
    private sealed class Flat(float end) : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Box(Shape.Vector(1), -1, 1);

        protected override float Evaluate(ReadOnlySpan<float> state) => state[0] <= end ? 0 : float.NaN;

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient.Clear();
            return Evaluate(state);
        }
    }
}
