using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>All cases, in the order in which they run.</summary>
internal static class CaseCatalogue
{
    private const int BookQuickSteps = 6;

    /// <summary>All cases.</summary>
    public static IReadOnlyList<ComparisonCase> All { get; } =
    [
        Seed(),
        new LangevinCase("mlp-langevin", StateSpace.Box(BenchNetworks.MnistShape, 0, 1), BenchNetworks.Mlp,
            new LangevinOptions { StepSize = 2.5f, NoiseScale = 0.005f, GradientClip = 0.03f }, chains: 128, steps: 60, quickSteps: 20),
        new LangevinCase("conv-langevin", StateSpace.Box(BenchNetworks.BookShape, -1, 1), BenchNetworks.BookLayers,
            (LangevinOptions)BenchNetworks.ObjectiveOf(BenchNetworks.Book).Negatives.Sampler, chains: 128, steps: 60, BookQuickSteps),
        Book(),
        new MatchingCase("dsm-step", "denoising score matching", new DenoisingScoreMatchingOptions()),
        new MatchingCase("energy-matching-step", "the warm-up of energy matching",
            new EnergyMatchingOptions { WarmUpShare = 1, Coupling = new IndependentCouplingOptions() }),
        new LangevinCase("resnet-langevin", StateSpace.Box(BenchNetworks.MnistShape, 0, 1), BenchNetworks.Residual,
            new LangevinOptions { StepSize = 1, NoiseScale = 0.005f, GradientClip = 0.03f }, chains: 16, steps: 10, quickSteps: 1),
        new DoubleWellCase("S", hamiltonian: false, chains: 64, dimensions: 8, steps: 50, quickSteps: 50),
        new DoubleWellCase("M", hamiltonian: false, chains: 256, dimensions: 32, steps: 100, quickSteps: 50),
        new DoubleWellCase("L", hamiltonian: false, chains: 1024, dimensions: 128, steps: 200, quickSteps: 20),
        new DoubleWellCase("S", hamiltonian: true, chains: 64, dimensions: 8, steps: 50, quickSteps: 25),
        new DoubleWellCase("M", hamiltonian: true, chains: 256, dimensions: 32, steps: 100, quickSteps: 20),
        new DoubleWellCase("L", hamiltonian: true, chains: 1024, dimensions: 128, steps: 200, quickSteps: 10),
        new NoUTurnCase(),
        new MixtureCase(),
        new MixtureCase(isTempered: true),
        new ScoreCase(),
        new StartupCase(),
        new ProductCase(),
    ];

    /// <summary>The cases with these names, in the catalogue's order; all if none is named.</summary>
    /// <exception cref="InvalidInputException">A name is unknown; the known ones are listed.</exception>
    public static IReadOnlyList<ComparisonCase> Find(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (All.All(c => c.Name != name))
            {
                string near = NearestName.Find(name, All.Select(c => c.Name)) is { } n ? $" Did you mean '{n}'?" : "";
                throw new InvalidInputException(
                    $"There is no case '{name}'.{near} The cases are {string.Join(", ", All.Select(c => c.Name))}.");
            }
        }
        return names.Count == 0 ? All : [.. All.Where(c => names.Contains(c.Name))];
    }

    private static TrainingCase Seed()
    {
        RunConfig naive = Presets.Load("seed-naive");
        return new TrainingCase("seed-step", "MLP 784-128-1, 64 images and 64 of fresh noise", BenchNetworks.MnistShape, naive,
            BenchNetworks.ObjectiveOf(naive).Negatives);
    }

    private static TrainingCase Book()
    {
        RunConfig book = BenchNetworks.Book;
        BufferNegativesOptions buffer = (BufferNegativesOptions)BenchNetworks.ObjectiveOf(book).Negatives;
        BufferNegativesOptions full = buffer with { Initial = buffer.Slots };
        return new TrainingCase("conv-train", "the book's network, 128 chains × 60 steps from a buffer, 128 images",
            BenchNetworks.BookShape,
            BenchNetworks.With(book, full), full with { Steps = BookQuickSteps });
    }
}
