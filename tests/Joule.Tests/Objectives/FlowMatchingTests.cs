using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Energies;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class FlowMatchingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Interpolant> Interpolants => new(Enum.GetValues<Interpolant>());

    [Theory]
    [MemberData(nameof(Interpolants))]
    public void The_gradient_is_the_slope_of_the_squared_error_of_the_field(Interpolant interpolant)
    {
        using Device device = Device.Cpu(2);
        using TimedEnergy energy = SampleEnergies.Timed(device, TimedTraining.Data().Space, 1, TimedTraining.Layers, interpolant);
        using FlowMatching objective = new(new ObjectiveContext(device, energy, TimedTraining.Batch, 3), new FlowMatchingOptions());
        Rows states = objective.States(TimedTraining.Batch), velocities = objective.Velocities(TimedTraining.Batch);
        (float[] gradient, double[] slopes) = TimedTraining.Compare(device, objective, energy, reference =>
        {
            double sum = 0;
            for (int i = 0; i < TimedTraining.Batch; i++)
            {
                double[] slope = reference.StateGradient(states[i]);
                for (int n = 0; n < 2; n++)
                    sum += Math.Pow(slope[n] + velocities[i][n], 2) / TimedTraining.Batch;
            }
            return sum;
        }, out double loss);
        Assert.InRange(TestRows.RelativeError(gradient, slopes), 0, 1e-3);
        Assert.True(loss > 0.1);
    }

    [Theory]
    [MemberData(nameof(Interpolants))]
    public void States_and_velocities_are_those_of_the_interpolant(Interpolant interpolant)
    {
        using Device device = Device.Cpu(2);
        const int batch = 400;
        ArrayStates data = TimedTraining.Data();
        using TimedEnergy energy = SampleEnergies.Timed(device, data.Space, 1, TimedTraining.Layers, interpolant);
        using FlowMatching objective = new(new ObjectiveContext(device, energy, batch, 3), new FlowMatchingOptions());
        using ITrainingPass pass = objective.CreatePass(energy);
        Rows rows = objective.DataRows(batch);
        for (int i = 0; i < batch; i++)
            data.Read(i, rows[i]);
        objective.Accumulate(new TrainingUpdate(0, pass, new TestProgram(1, (_, _) => { }), Token), rows, new double[2]);
        double sum = 0, squares = 0;
        for (int i = 0; i < batch; i++)
        {
            double time = objective.States(batch)[i][2];
            Assert.InRange(time, i / (double)batch * 0.998, (i + 1) / (double)batch);
            InterpolantPoint at = interpolant.At(time);
            for (int n = 0; n < 2; n++)
            {
                double noise = (objective.States(batch)[i][n] - at.Data * rows[i][n]) / at.Noise;
                // The rounding of float32 states is divided by σ.
                Assert.Equal(at.DataSlope * rows[i][n] + at.NoiseSlope * noise, objective.Velocities(batch)[i][n],
                    1e-5 * (1 + Math.Abs(at.NoiseSlope)) / at.Noise);
                sum += noise;
                squares += noise * noise;
            }
        }
        // Noise is standard normal: five standard errors of 800 numbers.
        Assert.Equal(0, sum / (2 * batch), 5 / Math.Sqrt(2.0 * batch));
        Assert.Equal(1, squares / (2 * batch), 5 * Math.Sqrt(2 / (2.0 * batch)));
    }

    [Fact]
    public void Flows_along_the_trained_field_have_the_moments_of_normal_data()
    {
        using Device device = Device.Cpu(2);
        using Trainer trainer = TimedTraining.New(device, new FlowMatchingOptions { Coupling = new AssignmentCouplingOptions() },
            Interpolant.Linear, [new DenseLayer { Outputs = 48 }, new SiluLayer(), new DenseLayer { Outputs = 48 }, new SiluLayer(),
            new DenseLayer { Outputs = 1 }], new TrainingOptions
            {
                Batch = 100,
                Epochs = 150,
                Optimizer = new AdamOptions { LearningRate = 0.005f },
                Schedule = new CosineSchedule(),
            });
        while (trainer.Update < trainer.PlannedUpdates)
            trainer.Step(Token);
        const int chains = 4000;
        using ChainLoop loop = new(device, trainer.Model, chains);
        Rows states = TestRows.Empty(chains, 2);
        loop.Run(new FlowOptions().Create(trainer.Model), states, 1, new RandomStream(2, RandomPurpose.SamplingChains, 0), 0, Token);
        // Standard errors are .008 and .024 of the means; the rest is what 600 updates leave.
        double[] means = Moments(states, x => x);
        Assert.Equal(1, means[0], 0.1);
        Assert.Equal(-2, means[1], 0.2);
        double[] squares = Moments(states, x => x * x);
        Assert.Equal(0.25, squares[0] - means[0] * means[0], 0.06);
        Assert.Equal(2.25, squares[1] - means[1] * means[1], 0.5);
        double product = Enumerable.Range(0, chains).Average(i => (double)states[i][0] * states[i][1]) - means[0] * means[1];
        Assert.Equal(0.375, product, 0.12);
    }

    [Fact]
    public void An_energy_without_a_field_and_a_batch_that_is_too_large_are_refused()
    {
        using Device device = Device.Cpu(1);
        using TimedEnergy energy = SampleEnergies.Timed(device, StateSpace.Real(Shape.Vector(2)), 1, TimedTraining.Layers);
        string message = Assert.Throws<InvalidInputException>(
            () => new FlowMatchingOptions().Create(new ObjectiveContext(device, energy, 4, 1))).Message;
        Assert.Contains("TimedNetworkEnergy on 2, real has none. Set energy.type=timed_network and energy.field=linear", message,
            StringComparison.Ordinal);
        List<string> problems = [];
        new FlowMatchingOptions { Coupling = new AssignmentCouplingOptions() }.ValidateBatch(4096, problems);
        Assert.Contains("objective.coupling.type is assignment", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static double[] Moments(Rows states, Func<double, double> of) =>
        [.. Enumerable.Range(0, states.Width).Select(n => Enumerable.Range(0, states.Count).Average(i => of(states[i][n])))];
}
