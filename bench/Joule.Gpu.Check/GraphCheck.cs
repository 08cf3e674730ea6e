using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Runs;
using Joule.Training;

namespace Joule.Gpu.Check;

/// <summary>Trainings whose launches go as CUDA graphs have the bits of those whose launches go one by one; both are timed.</summary>
internal static class GraphCheck
{
    /// <summary>The name of the check, by which others know that graphs work.</summary>
    public const string Name = "graphs";

    private const int Updates = 40;

    public static void Run(GpuDevice device, Report report)
    {
        LaunchQueue queue = device.Queue!;
        foreach (TrainingCase known in TrainingCase.All.Where(c => c.Preset is "seed" or "digits"))
        {
            queue.UsesGraphs = true;
            using Trainer graphs = known.Create(device);
            double[] figures = Train(graphs);
            double fast = TrainingCase.Time(graphs);
            (long launches, long sent, long changes, long waits) =
                (queue.GraphLaunches, queue.Sent, queue.Changes, device.Waits);
            for (int i = 0; i < Updates; i++)
                graphs.Step();
            string counts = $"{Each(queue.GraphLaunches - launches)} graphs, {Each(queue.Sent - sent)} launches and copies one by one, "
                + $"{Each(queue.Changes - changes)} changes in graphs and {Each(device.Waits - waits)} waits an update";
            queue.UsesGraphs = false;
            using Trainer single = known.Create(device);
            bool same = figures.AsSpan().SequenceEqual(Train(single));
            double slow = TrainingCase.Time(single);
            sent = queue.Sent;
            for (int i = 0; i < Updates; i++)
                single.Step();
            same &= device.Download(graphs.Parameters).AsSpan().SequenceEqual(device.Download(single.Parameters));
            queue.UsesGraphs = true;
            report.Check($"{Name}, training of {known.Preset}, bit for bit", same && queue.Refusal is null, 0, queue.Refusal ?? counts);
            int batch = Presets.Load(known.Preset).Training.Batch;
            report.Time($"update of {known.Preset}, as graphs", batch, fast, counts);
            report.Time($"update of {known.Preset}, one by one", batch, slow, $"{Each(queue.Sent - sent)} launches and copies an update");
        }
    }

    // The figures of all updates. A missing one is NaN, which is equal to itself in a sequence.
    private static double[] Train(Trainer trainer)
    {
        List<double> figures = [];
        for (int i = 0; i < Updates; i++)
            figures.AddRange(trainer.Step().Values);
        return [.. figures];
    }

    private static string Each(long count) => $"{count / (double)Updates:0.##}";
}
