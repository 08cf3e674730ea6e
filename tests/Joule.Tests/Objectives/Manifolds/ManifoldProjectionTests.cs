using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Energies;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>The training of an autoencoder's energy against states of its manifold, and the normalised autoencoder beside it.</summary>
public sealed class ManifoldProjectionTests : IDisposable
{
    private const int Batch = 6;

    private static readonly StateSpace Space = StateSpace.Real(Shape.Vector(5));

    private static readonly AutoencoderEnergyOptions Sphere = Autoencoders.Dense with { Sphere = true };

    private readonly Device _device = Device.Cpu(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_first_phase_gives_back_data_and_the_second_contrasts()
    {
        using ManifoldProjection objective = New(new ManifoldProjectionOptions { ReconstructionShare = 0.25 }, planned: 10);
        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(u => objective.Contrasts(u)));
        using ManifoldProjection never = New(new ManifoldProjectionOptions { ReconstructionShare = 1 }, planned: 10);
        Assert.False(never.Contrasts(long.MaxValue));
    }

    // ∇θ of the first phase is that of the mean energy; the energies come from float64 differences of the mean.
    [Fact]
    public void The_gradient_of_the_first_phase_is_that_of_the_mean_energy()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, Space, Sphere);
        using ManifoldProjection objective = New(new ManifoldProjectionOptions { ReconstructionShare = 1 }, 10, energy);
        using ITrainingPass pass = objective.CreatePass(energy);
        (float[] gradient, double[] figures) = Update(objective, pass, 0, out _);
        Assert.Equal(figures[0], figures[2]);
        Assert.True(double.IsNaN(figures[1]));
        Rows data = TestRows.Normal(Batch, Space.Width, 1);
        CheckSlopes(energy, gradient, () => Energies(energy, data).Average());
    }

    // With the negatives held fixed, the gradient is that of mean e(data) − mean e(negatives) + α·(mean e² of both), e = E or its root.
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(3, 2, false)]
    [InlineData(3, 2, true)]
    public void The_gradient_of_the_second_phase_is_that_of_the_contrast(int latentSteps, int steps, bool ofRoots)
    {
        const double alpha = 0.05;
        using AutoencoderEnergy energy = Autoencoders.Of(_device, Space, Sphere);
        ManifoldProjectionOptions options = new()
        {
            ReconstructionShare = 0,
            LatentSteps = latentSteps,
            Steps = steps,
            EnergyRegularization = alpha,
            OfRoots = ofRoots,
        };
        using ManifoldProjection objective = New(options, 10, energy);
        using ITrainingPass pass = objective.CreatePass(energy);
        (float[] gradient, double[] figures) = Update(objective, pass, 0, out Rows negatives);
        Rows data = TestRows.Normal(Batch, Space.Width, 1), kept = TestRows.Empty(Batch, Space.Width);
        negatives.Span.CopyTo(kept.Span);
        double Loss()
        {
            double[] low = Contrasted(energy, data, ofRoots), high = Contrasted(energy, kept, ofRoots);
            return low.Average() - high.Average() + alpha * (low.Average(e => e * e) + high.Average(e => e * e));
        }
        Assert.Equal(Loss(), figures[0], 1e-4);
        CheckSlopes(energy, gradient, Loss);
        if (steps + latentSteps == 0)
            Assert.Equal(figures[3], figures[4], 1e-4); // chains without steps stay on the manifold
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Negatives_without_steps_lie_on_the_manifold_of_the_first_phase(double noiseShare)
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, Space, Sphere);
        ManifoldProjectionOptions options = new()
        {
            ReconstructionShare = 0,
            LatentSteps = 0,
            Steps = 0,
            NoiseShare = noiseShare,
            LeastNoise = 0,
            MostNoise = 1e-6,
        };
        using ManifoldProjection objective = New(options, 10, energy);
        using ITrainingPass pass = objective.CreatePass(energy);
        Update(objective, pass, 0, out _);
        float[] frozen = energy.Parameters.Span.ToArray();
        energy.Initialize(9); // the energy moves on, the manifold stays
        Update(objective, pass, 1, out Rows negatives);
        energy.Parameters.Span.Clear();
        _device.Upload(frozen, energy.Parameters);
        using AutoencoderManifold manifold = energy.CreateManifold(energy.Parameters);
        _device.Launch(manifold.CommitProgram);
        Rows data = TestRows.Normal(Batch, Space.Width, 1), latents = TestRows.Empty(Batch, 3), back = TestRows.Empty(Batch, Space.Width);
        manifold.Encode(data, latents);
        manifold.Decode(latents, back);
        double distance = 0;
        for (int i = 0; i < back.Length; i++)
            distance = Math.Max(distance, Math.Abs(back.Span[i] - negatives.Span[i]));
        // Without noise they are the data's own projections; from noise alone, others.
        Assert.Equal(noiseShare == 0, distance < 1e-4);
    }

    [Fact]
    public void The_learning_rate_falls_with_the_second_phase()
    {
        using ManifoldProjection objective = New(new ManifoldProjectionOptions { ReconstructionShare = 0.1, ContrastRate = 0.25 }, 10);
        using AutoencoderEnergy energy = Autoencoders.Of(_device, Space, Sphere);
        using ITrainingPass pass = objective.CreatePass(energy);
        Update(objective, pass, 0, out _);
        Assert.Equal(1, objective.RateFactor);
        Update(objective, pass, 1, out _);
        Assert.Equal(0.25, objective.RateFactor);
    }

    [Fact]
    public void A_training_separates_data_on_a_ring_from_the_rest_of_its_manifold()
    {
        // Two numbers of which one is always near 1: the autoencoder alone gives back other states too.
        float[][] rows = [.. Enumerable.Range(0, 256).Select(i => (float[])[1 + 0.05f * MathF.Sin(7 * i), MathF.Cos(0.7f * i)])];
        ArrayStates data = new("made up", StateSpace.Real(Shape.Vector(2)), rows);
        AutoencoderEnergyOptions options = new() { Latent = 2, Deviation = 0.25, Initialization = Joule.Networks.Initialization.He };
        double Separation(double share)
        {
            using Trainer trainer = new(new TrainerSetup(_device, () => new AutoencoderEnergy(_device, data.Space, options), data, data,
                new ManifoldProjectionOptions { ReconstructionShare = share, MostNoise = 2, NoiseShare = 0, EnergyRegularization = 0.05 },
                new TrainingOptions { Batch = 64, Epochs = 150, Optimizer = new AdamOptions { LearningRate = 0.003f } }, 1));
            while (trainer.Update < trainer.PlannedUpdates)
                trainer.Step(TestContext.Current.CancellationToken);
            Rows low = TestRows.Of(2, 2, 1, 0.5f, 1, -0.5f), high = TestRows.Of(2, 2, 0, 0.5f, 0, -0.5f);
            return Energies((AutoencoderEnergy)trainer.Energy, high).Min() - Energies((AutoencoderEnergy)trainer.Energy, low).Max();
        }
        double plain = Separation(1), contrasted = Separation(0.3);
        Assert.True(contrasted > 2 && contrasted > plain + 1, $"plain {plain:0.00}, contrasted {contrasted:0.00} nats");
    }

    [Theory]
    [InlineData("manifold_projection")]
    [InlineData("normalized_autoencoder")]
    public void Only_an_autoencoder_has_a_manifold(string name)
    {
        using NetworkEnergyHolder other = new(_device);
        ObjectiveContext context = new(_device, other.Energy, Batch, 1);
        ObjectiveOptions options = name == "manifold_projection" ? new ManifoldProjectionOptions() : new NormalizedAutoencoderOptions();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => options.Create(context));
        Assert.Contains($"{name} trains an autoencoder", e.Message);
        Assert.Contains("energy.type=autoencoder", e.Message);
        Assert.IsType<AutoencoderEnergyOptions>(options.Suited(new NetworkEnergyOptions { Layers = [] }));
        Assert.Same(Sphere, options.Suited(Sphere));
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        List<string> problems = [];
        OptionsCheck.Add(new ManifoldProjectionOptions { LeastNoise = 2 }, problems, "objective.");
        Assert.Contains(problems, p => p.Contains("objective.least_noise is 2", StringComparison.Ordinal));
        problems.Clear();
        new NormalizedAutoencoderOptions { Latent = new DataNegativesOptions() }.ValidateBatch(8, problems);
        new NormalizedAutoencoderOptions { Latent = new BufferNegativesOptions { Slots = 4 } }.ValidateBatch(8, problems);
        Assert.Contains("objective.latent.type is data", problems[0]);
        Assert.Contains("objective.latent.slots is 4", problems[1]);
    }

    [Fact]
    public void A_normalised_autoencoder_keeps_its_chains_among_latent_vectors()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, Space, Sphere);
        NormalizedAutoencoderOptions options = new() { ReconstructionShare = 0, Latent = TrainerTests.Negatives("buffer") };
        using NormalizedAutoencoder objective = new(new ObjectiveContext(_device, energy, Batch, 1) { PlannedUpdates = 4 }, options);
        Assert.Equal(3, objective.Latents.Chains!.Value.Width);
        float[] before = objective.Latents.Chains.Value.Span.ToArray();
        using ITrainingPass pass = objective.CreatePass(energy);
        Update(objective, pass, 0, out _);
        float[] after = objective.Latents.Chains.Value.Span.ToArray();
        int moved = Enumerable.Range(0, before.Length / 3).Count(i => before[3 * i] != after[3 * i]);
        Assert.Equal(Batch, moved);
        Assert.Contains(objective.State, s => s.Name == "buffer.states" || s.Width == 3);
    }

    private (float[] Gradient, double[] Figures) Update(ManifoldObjective objective, ITrainingPass pass, long number, out Rows negatives)
    {
        Rows data = objective.DataRows(Batch);
        double[] figures = new double[objective.Figures.Count];
        _device.Clear(pass.ParameterGradient);
        CopyProgram copy = new();
        copy.Prepare(TestRows.Normal(Batch, Space.Width, 1), data);
        objective.Accumulate(new TrainingUpdate(number, pass, copy, TestContext.Current.CancellationToken), data, figures);
        negatives = new Rows(data.Buffer, data.Offset + data.Length, Batch, Space.Width);
        return (pass.ParameterGradient.Span.ToArray(), figures);
    }

    private ManifoldProjection New(ManifoldProjectionOptions options, long planned, AutoencoderEnergy? energy = null) =>
        new(
            new ObjectiveContext(_device, energy ?? Autoencoders.Of(_device, Space, Sphere), Batch, 1) { PlannedUpdates = planned },
            options);

    private static double[] Energies(AutoencoderEnergy energy, Rows states)
    {
        float[] energies = new float[states.Count];
        energy.Evaluate(states, energies);
        return TestRows.Doubles(energies);
    }

    private static double[] Contrasted(AutoencoderEnergy energy, Rows states, bool ofRoots) =>
        [.. Energies(energy, states).Select(e => ofRoots ? Math.Sqrt(e + 1e-3) : e)];

    // Central differences of float32 energies: the error is about 10⁻³ of the slopes' size.
    private void CheckSlopes(AutoencoderEnergy energy, float[] gradient, Func<double> loss)
    {
        float[] parameters = energy.Parameters.Span.ToArray();
        const float step = 1f / 256;
        double At(int place, float change)
        {
            float[] changed = (float[])parameters.Clone();
            changed[place] += change;
            _device.Upload(changed, energy.Parameters);
            energy.Commit();
            return loss();
        }
        double[] slopes = [.. Enumerable.Range(0, parameters.Length).Select(i => (At(i, step) - At(i, -step)) / (2 * step))];
        _device.Upload(parameters, energy.Parameters);
        energy.Commit();
        Assert.InRange(TestRows.RelativeError(gradient, slopes), 0, 2e-3);
    }

    private sealed class NetworkEnergyHolder(Device device) : IDisposable
    {
        public NetworkEnergy Energy { get; } =
            TrainerTests.Network(device, Space, [new Joule.Networks.DenseLayer { Outputs = 1 }]);

        public void Dispose() => Energy.Dispose();
    }
}
