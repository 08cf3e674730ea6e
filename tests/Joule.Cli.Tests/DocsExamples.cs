#pragma warning disable IDE0005 // The examples show the namespaces they need.
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;
using Joule.Samplers;
using Joule.Scoring;
using Joule.States;

namespace Joule.Cli.Tests;

/// <summary>The C# of the documentation, compiled and run. DocsTests compares each region with the page.</summary>
internal static class DocsExamples
{
    public static void Sampling()
    {
        // example: Sampling
        using Device device = Device.Cpu(threads: 2);
        using Model model = Model.Load("runs/digits", device);           // a run's folder, or a model file

        using SampleDraw draw = new(device, model.Energy, model.Config, count: 16, seed: 7);
        draw.StartFromNoise();
        draw.Run(steps: 300);                                             // sixteen Langevin chains
        model.Transform.Write("sixteen.png", draw.States.Span, count: 16);

        float[] energies = draw.Energies();                               // in nats; low means likely
        Console.WriteLine($"mean energy {energies.Average():F3}");
        // end
    }

    public static void Scoring()
    {
        // example: Scoring
        using Scorer scorer = Scorer.Load("runs/people");
        Score score = scorer.Score(new Dictionary<string, object?>
        {
            ["age"] = 41,
            ["income"] = 1200.0,
            ["city"] = "Paris",
            ["visits"] = 3,
        });
        Console.WriteLine($"energy {score.Energy:F2} nats, p-value {score.PValue:F3}, anomaly: {score.IsAnomaly}");
        // end
    }

    public static void Explaining()
    {
        // example: Explaining
        using Explainer explainer = Explainer.Load("runs/people");
        Explanation why = explainer.Explain(new Dictionary<string, object?>
        {
            ["age"] = 41,
            ["income"] = 9900.0,
            ["city"] = "Paris",
            ["visits"] = null,
        });
        foreach (ColumnShare share in why.Shares.Where(s => s.Share > 0))
            Console.WriteLine(share.Describe());
        // end
    }

    public static void OwnEnergy()
    {
        // example: OwnEnergy
        using Device device = Device.Cpu(threads: 2);
        DoubleWell energy = new();
        using DeviceBuffer memory = device.Allocate(1000 * energy.Space.Width);
        Rows states = memory.AsRows(1000, energy.Space.Width);            // a thousand chains, all at the top of the barrier

        using ChainLoop chains = new(device, energy, capacity: 1000);
        chains.Run(new Langevin(energy, new LangevinOptions { StepSize = 0.01f }), states, steps: 500,
            new RandomStream(1, RandomPurpose.User, 0));
        int right = states.Span.ToArray().Count(x => x > 0);
        Console.WriteLine($"{right} of 1000 chains ended in the right well");
        // end
    }
}

// example: DoubleWell
/// <summary>E(x) = 2 (x² − 1)²: two wells at ±1.</summary>
public sealed class DoubleWell : StateEnergy
{
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(1));

    protected override float Evaluate(ReadOnlySpan<float> state)
    {
        float w = state[0] * state[0] - 1;
        return 2 * w * w;
    }

    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        gradient[0] = 8 * state[0] * (state[0] * state[0] - 1);
        return Evaluate(state);
    }
}
// end
