using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Gpu.Check;

/// <summary>A preset's first updates on small synthetic data: the same as on the processor, and how long an update takes.</summary>
/// <param name="Preset">The preset.</param>
internal sealed record TrainingCase(string Preset)
{
    private const int Updates = 20, Timed = 40, Images = 640;

    // Largest difference of the weights, as a share of their norm, and of the figures, relative to the larger of 1 and the number. Chains
    // amplify roundings: vectors of 128 and of 256 bits differ by 7e-7 and 1.3e-5 after the updates of digits.
    private const double OfWeights = 1e-4, OfFigures = 1e-3;

    /// <summary>All cases. The last two are those of `bench/compare`. Of the energy of `dsm` the network alone is trained.</summary>
    public static IEnumerable<TrainingCase> All =>
    [
        new("seed"), new("digits"), new("dsm"), new("seed-naive") { TimedAs = "seed-step" },
        new("book") { TimedAs = "conv-train", Side = 32, Low = -1, HasFullBuffer = true },
    ];

    /// <summary>Its name in the table of times.</summary>
    public string TimedAs { get; init; } = $"update of {Preset}";

    /// <summary>Pixels of a side of the images.</summary>
    public int Side { get; init; } = 28;

    /// <summary>Black; white is 1.</summary>
    public float Low { get; init; }

    /// <summary>Whether the buffer is full of chains from the start, as it is later in the training.</summary>
    public bool HasFullBuffer { get; init; }

    /// <summary>Verifies and times the case; a refusal is a failed check.</summary>
    public void Run(GpuDevice device, Report report)
    {
        string name = $"training of {Preset}: {Updates} updates";
        try
        {
            Stopwatch watch = Stopwatch.StartNew();
            using Device processor = Device.Cpu(Math.Min(8, Environment.ProcessorCount));
            using Trainer expected = Create(processor), found = Create(device);
            double ofFigures = 0;
            for (int i = 0; i < Updates; i++)
            {
                double[] here = expected.Step().Values.ToArray(), there = found.Step().Values.ToArray();
                for (int f = 0; f < here.Length; f++)
                    ofFigures = Math.Max(ofFigures, Error(here[f], there[f]));
            }
            double ofWeights = Difference(processor.Download(expected.Parameters), device.Download(found.Parameters));
            report.Check(name, ofWeights < OfWeights && ofFigures < OfFigures, Math.Max(ofWeights, ofFigures),
                $"weights {ofWeights:G3}, figures {ofFigures:G3}, {watch.ElapsedMilliseconds} ms with compilation and the processor's own");
            report.Time(TimedAs, Presets.Load(Preset).Training.Batch, Time(found),
                $"on the processor {Time(expected):F3} ms, {processor.Description}");
        }
        catch (JouleException e)
        {
            report.Check(name, false, double.NaN, e.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>A training of the case.</summary>
    public Trainer Create(Device device)
    {
        RunConfig config = Presets.Load(Preset);
        if (HasFullBuffer)
        {
            ContrastiveDivergenceOptions objective = (ContrastiveDivergenceOptions)config.Objective;
            BufferNegativesOptions buffer = (BufferNegativesOptions)objective.Negatives;
            config = config with { Objective = objective with { Negatives = buffer with { Initial = buffer.Slots } } };
        }
        EnergyOptions energy = config.Energy is AnchoredEnergyOptions { Layers: { } layers }
            ? new NetworkEnergyOptions { Layers = layers } : config.Energy;
        SyntheticImages images = new(Images, Side, Low);
        return new Trainer(new TrainerSetup(
            device, () => energy.Create(device, images.Space), images, images, config.Objective, config.Training, config.Seed));
    }

    /// <summary>The median time of an update, in milliseconds.</summary>
    public static double Time(Trainer trainer)
    {
        double[] times = new double[Timed];
        for (int i = 0; i < Timed; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            trainer.Step();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Timed / 2];
    }

    private static double Difference(float[] expected, float[] found)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += ((double)expected[i] - found[i]) * ((double)expected[i] - found[i]);
            norm += (double)expected[i] * expected[i];
        }
        return Math.Sqrt(difference / norm);
    }

    // A figure may be missing on both; a NaN where a number belongs is the largest error.
    private static double Error(double expected, double found)
    {
        if (double.IsNaN(expected) && double.IsNaN(found))
            return 0;
        double error = Math.Abs(expected - found) / Math.Max(1, Math.Abs(expected));
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }
}
