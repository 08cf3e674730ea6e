using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Tests.Energies;

/// <summary>Small instances of every energy of the library, for the contract tests.</summary>
internal static class SampleEnergies
{
    /// <summary>Factories by name. A new energy of the library needs a row here; a test checks that.</summary>
    public static readonly IReadOnlyDictionary<string, Func<Device, Energy>> All = new Dictionary<string, Func<Device, Energy>>
    {
        ["gaussian"] = _ => new GaussianEnergy([1, -2, 0.5f], [0.5f, 3, 1]),
        ["double well"] = _ => new DoubleWellEnergy(Shape.Vector(2), 1.5f, 0.75f),
        ["deep double well"] = _ => new DoubleWellEnergy(Shape.Vector(1), 20, 2),
        ["ising chain"] = _ => new IsingChainEnergy([0.8f, -0.4f, 1.1f, 0.3f], [0.2f, -0.5f, 0, 0.7f, -0.1f]),
        ["lone spin"] = _ => new IsingChainEnergy([], [0.4f]),
        ["correlated gaussian"] = _ => Tilted(),
        ["gaussian mixture"] = _ => new GaussianMixtureEnergy([1, 3], [[-2, 0.5], [1, 1]], [0.5, 1]),
        ["funnel"] = _ => new FunnelEnergy(3, 1.5),
        ["banana"] = _ => new BananaEnergy(3, 2, 0.2),
        ["harmonic"] = _ => new HarmonicEnergy(1, 4),
        ["rosenbrock"] = _ => new RosenbrockEnergy(2, 2, 0.5, 2, 0.5),
        ["rastrigin"] = _ => new RastriginEnergy(3, 2, 1.5f),
        ["ackley"] = _ => new AckleyEnergy(1, 0.5, 3),
        ["eight schools"] = _ => new EightSchoolsEnergy(),
        ["eight schools, centred"] = _ => new EightSchoolsEnergy(true, EightSchoolsPrior.LogNormal),
        ["logistic regression"] = _ => new LogisticRegressionOptions().Create(),
        ["checkerboard"] = _ => new CheckerboardEnergy(4, 1, 0.2),
        ["pinwheel"] = _ => new PinwheelEnergy(),
        ["sum"] = device => new SumEnergy([new HarmonicEnergy(1, 4), Small(device, StateSpace.Real(Shape.Vector(2)))], 0.5, -1),
        ["mixture"] = _ => new MixtureEnergy([new HarmonicEnergy(1, 4), Tilted()], 1, 3),
        ["tempered"] = _ => new TemperedEnergy(Tilted(), 3),
        ["ensemble"] = device => new EnsembleEnergy([new BananaEnergy(2, 2, 0.2), Small(device, StateSpace.Real(Shape.Vector(2)))]),
        ["clamped"] = _ => new ClampedEnergy(
            new CorrelatedGaussianEnergy([0.5, -1, 2], new double[,] { { 1, 0.6, 0.2 }, { 0.6, 2, -0.3 }, { 0.2, -0.3, 0.5 } }),
            [9, 1.5f, 9], [true, false, true]),
        ["transformed"] = _ => new TransformedEnergy(new RastriginEnergy(3, 2, 1.5f), 0.8),
        ["path"] = _ => new PathEnergy(PathBase.Of(null, 1.5, Tilted().Space), Tilted(), 0.3, 2),
        ["residual"] = device => ResidualEnergies.Of(device, StateSpace.Real(Shape.Vector(2)), 1.5, 2),
        ["anchored"] = device => AnchoredEnergies.Of(device, StateSpace.Real(Shape.Vector(2)), 0.4, 0.7),
        ["neighbours"] = device => new NeighboursOptions { Rows = 32, Subspaces = 2 }.Create(device, StateSpace.Real(Shape.Vector(3))),
        ["tree"] = device => new TreeOptions().Create(device, StateSpace.Real(Shape.Vector(3))),
        ["smooth maximum"] = device => TableRows.Combination().Create(device, StateSpace.Real(Shape.Vector(2))),
        ["edge neighbours"] = device => new EdgeNeighboursOptions { Rows = 32, Sharpness = 8, Cell = 2, Blur = 1, Components = 6 }
            .Create(device, StateSpace.Box(new Shape(2, 4, 5), -1, 1)),
        ["dense network"] = device =>
            Network(device, Shape.Vector(4), [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]),
        ["classifier"] = device => Logits(device, Shape.Vector(4)),
        ["timed network"] = device => Timed(device, StateSpace.Real(Shape.Vector(3)), 0.7,
            [new TimeLayer { Frequencies = 2 }, new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]),
        ["timed network of images"] = device => Timed(device, StateSpace.Box(new Shape(1, 4, 4), -2, 2), 1,
            [new ConvolutionLayer { Outputs = 2, Kernel = 3, Padding = 1 }, new TanhLayer(), new DenseLayer { Outputs = 1 }]),
        ["flow network"] = device => Timed(device, StateSpace.Real(Shape.Vector(2)), 1,
            [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }], Interpolant.Cosine),
        ["autoencoder"] = device => Autoencoders.Of(device, StateSpace.Real(Shape.Vector(5)), Autoencoders.Dense),
        ["autoencoder of images"] = device => Autoencoders.Of(device, StateSpace.Box(new Shape(2, 6, 6), -1, 1), Autoencoders.Images),
        ["latent"] = device => Autoencoders.Latent(device, StateSpace.Real(Shape.Vector(5)), Autoencoders.Dense),
        ["latent of images"] = device => Autoencoders.Latent(device, StateSpace.Box(new Shape(2, 6, 6), -1, 1), Autoencoders.Images),
        ["convolution network"] = device => Network(device, new Shape(1, 5, 5),
            [new ConvolutionLayer { Outputs = 3, Kernel = 3, Padding = 1 }, new TanhLayer(), new DenseLayer { Outputs = 1 }]),
    };

    /// <summary>A timed energy of the given layers, with drawn weights.</summary>
    internal static TimedEnergy Timed(Device device, StateSpace space, double time, Layer[] layers, Interpolant? field = null)
    {
        TimedNetworkEnergyOptions options = new() { Layers = layers, Time = time, Field = field };
        TimedEnergy energy = (TimedEnergy)options.Create(device, space);
        energy.Initialize(3);
        return energy;
    }

    /// <summary>A classifier of three classes, with drawn weights.</summary>
    internal static LogitEnergy Logits(Device device, Shape shape) => Logits(device, StateSpace.Box(shape, -2, 2),
        [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 3 }]);

    /// <summary>A classifier of the given layers, with drawn weights.</summary>
    internal static LogitEnergy Logits(Device device, StateSpace space, Layer[] layers)
    {
        LogitEnergy energy = new(new Network(device, space.Shape, layers), space);
        energy.Initialize(3);
        return energy;
    }

    private static CorrelatedGaussianEnergy Tilted() => new([0.5, -1], new double[,] { { 1, 0.6 }, { 0.6, 2 } });

    private static NetworkEnergy Small(Device device, StateSpace space)
    {
        Layer[] layers = [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }];
        NetworkEnergy energy = new(new Network(device, space.Shape, layers), space);
        energy.Initialize(3);
        return energy;
    }

    private static NetworkEnergy Network(Device device, Shape shape, Layer[] layers)
    {
        NetworkEnergy energy = new(new Network(device, shape, layers), StateSpace.Box(shape, -2, 2));
        energy.Initialize(3);
        return energy;
    }
}
