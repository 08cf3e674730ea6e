using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Data;
using Joule.Tests.Energies;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class JointEnergyTests
{
    private const int Classes = 3;

    private static readonly ArrayStates Points = new("points", StateSpace.Real(Shape.Vector(2)),
    [
        .. Enumerable.Range(0, 96).Select(i => (float[])[(i % Classes) + 0.1f * MathF.Sin(i), 0.5f * (i % Classes) - 0.1f * MathF.Cos(i)]),
    ]);

    [Fact]
    public void Its_gradient_is_that_of_the_divergence_and_of_the_cross_entropy_together()
    {
        // Negatives of plain noise do not depend on the weights, so that the loss is a function of them.
        using Device device = Device.Cpu(1);
        using LogitEnergy energy = Create(device);
        LabelledStates labelled = new(Points, Classes);
        using JointEnergy objective = (JointEnergy)new JointEnergyOptions
        {
            Negatives = new NoiseNegativesOptions { Steps = 0 },
            EnergyRegularization = 0.2,
            ClassWeight = 1.7,
        }.Create(new ObjectiveContext(device, energy, 8, 1) { Train = labelled });
        using ITrainingPass pass = objective.CreatePass(energy);
        float[] weights = device.Download(energy.Parameters);
        (double _, float[] gradient) = At(weights);
        for (int p = 0; p < weights.Length; p++)
        {
            float step = 1e-2f;
            float[] up = [.. weights], down = [.. weights];
            (up[p], down[p]) = (up[p] + step, down[p] - step);
            double slope = (At(up).Loss - At(down).Loss) / (2 * (double)step);
            Assert.Equal(slope, gradient[p], 2e-3 * Math.Max(1, Math.Abs(slope)));
        }

        (double Loss, float[] Gradient) At(float[] values)
        {
            device.Upload(values, energy.Parameters);
            energy.Commit();
            device.Clear(pass.ParameterGradient);
            Rows data = objective.DataRows(8);
            Writing program = new(data);
            double[] figures = new double[objective.Figures.Count];
            objective.Accumulate(new TrainingUpdate(0, pass, program, default) { Labels = labelled.Labels!.Values.Take(8).ToArray() }, data,
                figures);
            return (figures[0], device.Download(pass.ParameterGradient));
        }
    }

    [Fact]
    public void Moved_images_are_classified_and_the_divergence_is_that_of_the_images_as_they_are()
    {
        using Device device = Device.Cpu(1);
        StateSet images = TrainerTests.Halves();
        TrainingFigures still = Step(0, 1), moved = Step(2, 1);
        Assert.Equal(still["cd"], moved["cd"]);
        Assert.NotEqual(still["cross_entropy"], moved["cross_entropy"]);
        Assert.Equal(moved["cross_entropy"], Step(2, 1)["cross_entropy"]);
        Assert.NotEqual(moved["cross_entropy"], Step(2, 2)["cross_entropy"]);
        Refused.With(() => new Trainer(Setup(device, new LabelledStates(Points, Classes), Classes) with
        {
            Objective = new JointEnergyOptions { ClassShift = 1 },
        }), "no images that could be moved");

        TrainingFigures Step(int shift, ulong seed)
        {
            using Trainer trainer = new(Setup(device, new LabelledStates(images, 2), 2) with
            {
                CreateEnergy = () => SampleEnergies.Logits(device, images.Space,
                    [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 2 }]),
                Objective = new JointEnergyOptions { Negatives = new NoiseNegativesOptions { Steps = 0 }, ClassShift = shift },
            });
            if (seed > 1)
                trainer.Adjust(new Adjustment(1, 1, 1, 1));
            return trainer.Step(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void The_weight_of_the_classes_rises_over_its_share_of_the_updates()
    {
        using Device device = Device.Cpu(1);
        TrainerSetup setup = Setup(device, new LabelledStates(Points, Classes), Classes);
        using Trainer trainer = new(setup with
        {
            Objective = new JointEnergyOptions { Negatives = new NoiseNegativesOptions { Steps = 0 }, ClassWeight = 2, ClassWarmUp = 0.5 },
            Options = setup.Options with { Epochs = 4 }, // of 3 updates: the weight rises for 6
        });
        for (int i = 1; i <= 12; i++)
        {
            TrainingFigures figures = trainer.Step(TestContext.Current.CancellationToken);
            double weight = (figures["loss"] - figures["cd"] - figures["regularization"]) / figures["cross_entropy"];
            Assert.Equal(2 * Math.Min(1, i / 6.0), weight, 1e-9);
        }
    }

    [Fact]
    public void It_learns_classes_beside_the_density()
    {
        using Device device = Device.Cpu(1);
        LabelledStates labelled = new(Points, Classes);
        using Trainer trainer = new(Setup(device, labelled, Classes));
        TrainingFigures figures = default;
        for (int i = 0; i < 300; i++)
            figures = trainer.Step(TestContext.Current.CancellationToken);
        Assert.Equal(1, figures["accuracy"]);
        Assert.InRange(figures["cross_entropy"], 0, 0.2);
        Assert.True(figures["loss"] > figures["cd"]);
    }

    [Fact]
    public void Data_without_labels_or_with_other_classes_are_refused_and_so_are_other_energies()
    {
        using Device device = Device.Cpu(1);
        Refused.With(() => new Trainer(Setup(device, Points, Classes)), "points has no labels");
        Refused.With(() => new Trainer(Setup(device, new LabelledStates(Points, 2), Classes)), "one per class, and points has 2");
        Refused.With(() => new Trainer(Setup(device, new LabelledStates(Points, Classes), 1)), "one output per class (IClassifier)");
    }

    private static LogitEnergy Create(Device device, int classes = Classes)
    {
        return SampleEnergies.Logits(
            device, Points.Space, [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = classes }]);
    }

    private static TrainerSetup Setup(Device device, StateSet data, int classes) => new(
        device,
        () => classes == 1 ? TrainerTests.Network(device, Points.Space, [new DenseLayer { Outputs = 1 }]) : Create(device, classes),
        data, data, new JointEnergyOptions { Negatives = new NoiseNegativesOptions { Steps = 0 } },
        new TrainingOptions { Batch = 32, Optimizer = new AdamOptions { LearningRate = 0.02f } }, 1);

    private sealed class Writing(Rows data) : DeviceProgram
    {
        public override string Name => "the data of a test";

        public override int Count => data.Count;

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
                Points.Read(i, data[i]);
        }
    }
}
