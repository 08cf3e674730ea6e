using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Every kernel that there is, and the cases that are timed.</summary>
internal static class AllCases
{
    private static readonly int[] Counts = [128, 1024, 8192];

    private static readonly int[] PassCounts = [256, 1024];

    private static readonly Layer[] Functions =
    [
        new ReluLayer(), new LeakyReluLayer(), new SiluLayer(), new SoftplusLayer(), new EluLayer(), new TanhLayer(), new SigmoidLayer(),
        new SquareLayer(),
    ];

    private static readonly LangevinOptions Images = new() { StepSize = 2.5f, NoiseScale = 0.005f, GradientClip = 0.03f };
    private static readonly StateSpace Pixels = StateSpace.Box(new Shape(1, 28, 28), 0, 1);
    private static readonly DenseLayer One = new() { Outputs = 1 };

    /// <summary>Timed: the cases of `bench/compare` and their names.</summary>
    public static IEnumerable<ChainCase> Timed =>
    [
        new("mlp-langevin", Network(Pixels, [new DenseLayer { Outputs = 128 }, new ReluLayer(), One]), Images)
        {
            Counts = Counts,
        },
        new("conv-langevin", Network(StateSpace.Box(new Shape(1, 32, 32), -1, 1), Layers("book")),
            Images with { StepSize = 10, NoiseFirst = true })
        {
            Counts = Counts,
        },
        new("digits-langevin", Network(Pixels, Layers("digits")), Images) { Counts = Counts },
        new("double-well-langevin-L", Wells, new LangevinOptions { StepSize = 1e-3f }) { Counts = [1024], Steps = 200 },
        new("double-well-hmc-L", Wells,
            new HamiltonianMonteCarloOptions { StepSize = 1e-3f, LeapfrogSteps = 10, StepJitter = 0, LengthJitter = 0 })
        {
            Counts = [1024], Steps = 200, Strays = 0.02,
        },
    ];

    /// <summary>Verified alone: every layer, every option of the samplers, every formula.</summary>
    public static IEnumerable<ChainCase> Verified => [.. OfLayers(), .. OfSamplers(), .. OfFormulas()];

    /// <summary>Training passes, verified; some are timed.</summary>
    public static IEnumerable<PassCase> Passes => [.. PassesOfFunctions(), .. PassesOfNetworks];

    /// <summary>Those of every layer, and those that are timed.</summary>
    public static IEnumerable<PassCase> PassesOfNetworks =>
    [
        .. Networks.Select(n => new PassCase(n.Name, n.Shape, n.Layers)),
        new("points", Shape.Vector(2), Layers("points")),
        new("mlp", Pixels.Shape, [new DenseLayer { Outputs = 128 }, new ReluLayer(), One]) { Counts = PassCounts },
        new("conv", new Shape(1, 32, 32), Layers("book")) { Counts = PassCounts },
        new("digits", Pixels.Shape, Layers("digits")) { Counts = PassCounts },
        .. PassesOfFunctions().Select(c => c with { Name = $"{c.Name}, along directions", IsAlong = true }),
        new("digits, along directions", Pixels.Shape, Layers("digits")) { IsAlong = true, Counts = [128] },
    ];

    private static IEnumerable<PassCase> PassesOfFunctions() => Functions.Select(
        f => new PassCase(NameOf(f), Shape.Vector(130), [new DenseLayer { Outputs = 37 }, f, new DenseLayer { Outputs = 11 }, f, One]));

    /// <summary>Every layer and function.</summary>
    public static IEnumerable<ChainCase> OfLayers()
    {
        LangevinOptions langevin = new() { StepSize = 0.05f, NoiseScale = 0.05f };
        foreach (Layer function in Functions)
        {
            yield return new ChainCase(NameOf(function),
                Network(StateSpace.Box(Shape.Vector(130), -1, 1), [new DenseLayer { Outputs = 37 }, function, One]), langevin);
        }
        foreach ((string name, Shape shape, Layer[] layers) in Networks)
            yield return new ChainCase(name, Network(StateSpace.Box(shape, -1, 1), layers), langevin);
    }

    /// <summary>Every option of the samplers.</summary>
    public static IEnumerable<ChainCase> OfSamplers()
    {
        Layer[] layers = [new DenseLayer { Outputs = 33 }, new SiluLayer(), One];
        Func<Device, Energy> box = Network(StateSpace.Box(Shape.Vector(70), -1, 1), layers);
        Func<Device, Energy> half = Network(StateSpace.Box(Shape.Vector(70), 0, float.PositiveInfinity), layers);
        float[] masses = [.. Enumerable.Range(0, 70).Select(i => 0.5f + i % 5)];
        yield return new ChainCase("noise first", box, new LangevinOptions { NoiseScale = 0.1f, NoiseFirst = true });
        yield return new ChainCase("temperature", box, new LangevinOptions { Temperature = 0.1f });
        foreach ((string walls, Func<Device, Energy> energy) in new[] { ("box", box), ("one wall", half) })
        {
            yield return new ChainCase($"mala, {walls}", energy, new MetropolisAdjustedLangevinOptions { StepSize = 0.1f })
            {
                VerifiedSteps = 10,
                Strays = 0.02,
            };
            yield return new ChainCase($"hmc, {walls}", energy, new HamiltonianMonteCarloOptions { StepSize = 0.2f })
            {
                VerifiedSteps = 5,
                Strays = 0.02,
            };
        }
        yield return new ChainCase("hmc, masses", box, new HamiltonianMonteCarloOptions { StepSize = 0.1f, InverseMass = masses })
        {
            VerifiedSteps = 5,
            Strays = 0.02,
        };
        yield return new ChainCase("points, mala", Network(StateSpace.Real(Shape.Vector(2)), Layers("points")),
            new MetropolisAdjustedLangevinOptions { StepSize = 0.003f })
        { VerifiedSteps = 10, Strays = 0.02 };
    }

    private static IEnumerable<ChainCase> OfFormulas()
    {
        (string, Func<Energy>)[] energies =
        [
            ("gaussian", () => new GaussianEnergy([0.5f, -1, 2], [1, 0.5f, 2])),
            ("double_well", () => new DoubleWellEnergy(Shape.Vector(35), 0.5f, 2)),
            ("harmonic", () => new HarmonicEnergy(1, 4, 0.25)),
            ("rastrigin", () => new RastriginEnergy(3, 2)),
            ("gaussian_mixture", () => new GaussianMixtureEnergy([1, 2, 0.5], [[0, 0], [1, -1], [-2, 3]], [0.5, 1, 0.7])),
            ("correlated", () => new CorrelatedGaussianEnergy([1, -1], new double[,] { { 1, 0.6 }, { 0.6, 2 } })),
            ("banana", () => new BananaEnergy(4, 2, 0.1)),
            ("funnel", () => new FunnelEnergy(5)),
            ("ackley", () => new AckleyEnergy(3)),
            ("logistic_regression", () => new LogisticRegressionOptions().Create()),
            ("eight_schools", () => new EightSchoolsEnergy()),
            ("rosenbrock", () => new RosenbrockEnergy(2, 2, 0.3, 0.5)),
        ];
        foreach ((string name, Func<Energy> make) in energies)
        {
            yield return new ChainCase(name, _ => make(), new LangevinOptions { StepSize = 0.005f });
            yield return new ChainCase($"{name}, hmc", _ => make(), new HamiltonianMonteCarloOptions { StepSize = 0.05f })
            {
                VerifiedSteps = 5,
                Strays = 0.02,
            };
        }
    }

    private static readonly (string Name, Shape Shape, Layer[] Layers)[] Networks =
    [
        ("residual", new Shape(2, 12, 12),
        [
            new ConvolutionLayer { Outputs = 8, Kernel = 3, Padding = 1 },
            new ResidualLayer
            {
                Body =
                [
                    new SiluLayer(), new ConvolutionLayer { Outputs = 16, Kernel = 3, Padding = 1, Stride = 2 }, new SiluLayer(),
                    new ConvolutionLayer { Outputs = 16, Kernel = 3, Padding = 1 },
                ],
                Shortcut = [new ConvolutionLayer { Outputs = 16, Kernel = 1, Stride = 2 }],
            },
            new SiluLayer(), new AveragePoolLayer { Size = 3 }, new FlattenLayer(), One,
        ]),
        ("average_pool", new Shape(1, 13, 14),
            [new AveragePoolLayer(), new ConvolutionLayer { Outputs = 5, Kernel = 3 }, new SiluLayer(), new FlattenLayer(), One]),
        ("transposed_convolution", Shape.Vector(4),
        [
            new TransposedConvolutionLayer { Outputs = 5, Kernel = 3 }, new SiluLayer(),
            new TransposedConvolutionLayer { Outputs = 3, Kernel = 4, Stride = 2, Padding = 1, OutputPadding = 1 }, new TanhLayer(),
            new FlattenLayer(), One,
        ]),
        ("branches, product", Shape.Vector(5),
        [
            new DenseLayer { Outputs = 7 }, new TanhLayer(),
            new BranchesLayer
            {
                Join = Join.Multiply,
                Paths = [[new DenseLayer { Outputs = 7 }, new SigmoidLayer()], [], [new SiluLayer()]],
            },
            One,
        ]),
        ("branches, squares", Shape.Vector(70),
        [
            new BranchesLayer { Paths = [[new DenseLayer { Outputs = 8 }, new SiluLayer(), One], [new SquareLayer(), new SumLayer()]] },
        ]),
    ];

    private static DoubleWellEnergy Wells(Device device) => new(Shape.Vector(128), 2, 1);

    /// <summary>The layers of a preset.</summary>
    public static IReadOnlyList<Layer> Layers(string name) => ((NetworkEnergyOptions)Presets.Load(name).Energy).Layers;

    private static string NameOf(Layer layer) => Catalogue.Of(typeof(Layer)).First(l => l.Type == layer.GetType()).Named.Name;

    private static Func<Device, Energy> Network(StateSpace space, IReadOnlyList<Layer> layers) => device =>
    {
        NetworkEnergy energy = new(new Network(device, space.Shape, layers), space);
        energy.Initialize(1);
        return energy;
    };
}
