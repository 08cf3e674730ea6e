using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Energies;
using Joule.Tests.Networks;
using Joule.Training;

namespace Joule.Tests.Objectives;

/// <summary>Small trainings of objectives between noise and data.</summary>
internal static class TimedTraining
{
    public const int Batch = 12;

    public static readonly Layer[] Layers =
        [new TimeLayer { Frequencies = 2 }, new DenseLayer { Outputs = 9 }, new TanhLayer(), new DenseLayer { Outputs = 1 }];

    /// <summary>Normal states of two numbers, with mean (1, −2) and deviations 0.5 and 1.5, correlated by 0.5.</summary>
    public static ArrayStates Data(int count = 400)
    {
        RandomStream draws = new(6, RandomPurpose.User, 3);
        float[] pair = new float[2];
        return new ArrayStates("normal states", StateSpace.Real(Shape.Vector(2)), [.. Enumerable.Range(0, count).Select(i =>
        {
            draws.FillNormal(pair, (uint)i);
            return (float[])[1 + 0.5f * pair[0], -2 + 1.5f * (0.5f * pair[0] + MathF.Sqrt(0.75f) * pair[1])];
        })]);
    }

    public static Trainer New(Device device, ObjectiveOptions objective, Interpolant? field, Layer[]? layers = null,
        TrainingOptions? options = null)
    {
        ArrayStates data = Data();
        return new Trainer(new TrainerSetup(device, () => SampleEnergies.Timed(device, data.Space, 1, layers ?? Layers, field), data, data,
            objective, options ?? new TrainingOptions { Batch = Batch, Optimizer = new AdamOptions { LearningRate = 0.01f } }, 1));
    }

    /// <summary>
    /// The gradient of one update by the objective, and central differences of a loss of float64 networks, for some parameters.
    /// </summary>
    public static (float[] Gradient, double[] Slopes) Compare(Device device, Objective objective, TimedEnergy energy,
        Func<ReferenceNetwork, double> loss, out double figure)
    {
        ArrayStates data = Data();
        using ITrainingPass pass = objective.CreatePass(energy);
        Rows rows = objective.DataRows(Batch);
        TestProgram write = new(Batch, (i, _) => data.Read(i, rows[i]));
        double[] figures = new double[objective.Figures.Count];
        objective.Accumulate(new TrainingUpdate(7, pass, write, default), rows, figures);
        figure = figures[objective.Figures.IndexOf(FigureRole.Loss)];
        float[] all = device.Download(pass.ParameterGradient), parameters = device.Download(energy.Parameters);
        Network network = ((NetworkEnergy)energy.Extended).Network;
        int[] places = [.. Enumerable.Range(0, 25).Select(i => i * (parameters.Length - 1) / 24)];
        double[] slopes = [.. places.Select(place =>
        {
            (double up, float above) = Moved(place, 1f / 1024);
            (double down, float below) = Moved(place, -1f / 1024);
            return (up - down) / ((double)above - below);
        })];
        return ([.. places.Select(p => all[p])], slopes);

        (double Loss, float Value) Moved(int place, float change)
        {
            float[] moved = (float[])parameters.Clone();
            moved[place] += change;
            device.Upload(moved, energy.Parameters);
            double value = loss(new ReferenceNetwork(network));
            device.Upload(parameters, energy.Parameters);
            return (value, moved[place]);
        }
    }
}
