using System.Diagnostics;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;

namespace Joule.Gpu.Check;

/// <summary>
/// The parts of a check, the most important first. Each runs in a process of its own: after some faults of a kernel the driver answers
/// nothing but that fault until the process ends, and the other parts must not be lost.
/// </summary>
internal static class Sections
{
    /// <summary>The option of a process that runs one part.</summary>
    public const string Option = "--section";

    /// <summary>The option of a process whose launches go one by one, after graphs failed.</summary>
    public const string WithoutGraphs = "--without-graphs";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(235);

    private static readonly (string Name, int Seconds, Action<Report> Run)[] All =
    [
        ("draws", 20, Draws),
        (GraphCheck.Name, 30, report => OnDevice(device => GraphCheck.Run(device, report))),
        ("timed chains", 60, report => OnDevice(device => Each(AllCases.Timed, c => c.Run(device, report)))),
        ("weights in shared memory", 30, report => OnDevice(device => ResidentCheck.Run(device, report))),
        ("passes", 60, report => OnDevice(device => Each(AllCases.Passes, c => c.Run(device, report)))),
        ("trainings and scores", 60, report => OnDevice(device =>
        {
            ScoreCase.Run(device, report);
            Each(TrainingCase.All, c => c.Run(device, report));
        })),
        ("layers, samplers and formulas", 60, report => OnDevice(device => Each(AllCases.Verified, c => c.Run(device, report)))),
        ("networks over global memory", 60, GlobalCases.Run),
        ("training over global memory", 30, GlobalCases.RunPasses),
        ("products", 40, report =>
        {
            ProductCases.Run(report);
            GibbsCase.Run(report);
        }),
        ("cache and streams", 30, report =>
        {
            CacheCheck.Run(report);
            OnDevice(device => StreamCheck.Run(device, report));
        }),
        ("the peer", 100, Peers.Run),
        ("other blocks and tiles", 200, report =>
        {
            ProductCases.Explore(report);
            GlobalCases.Explore(report);
            OnDevice(device =>
            {
                device.Tunes = true;
                Each(AllCases.Timed, c => c.Explore(device, report));
                Each(AllCases.Passes, c => c.Explore(device, report));
            });
        }),
    ];

    /// <summary>Runs one part in this process.</summary>
    public static int RunOne(string name, string folder)
    {
        Report report = new(folder);
        GpuDevice.TuningFolder = Path.Combine(folder, "tunings");
        if (Directory.Exists(GpuDevice.TuningFolder))
            Directory.Delete(GpuDevice.TuningFolder, recursive: true);
        All.First(s => s.Name == name).Run(report);
        report.Save();
        return 0;
    }

    /// <summary>Runs all parts, each for its time at most, and all for four minutes.</summary>
    public static void RunAll(string program, string folder, Report report)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string[] more = [];
        foreach ((string name, int seconds, _) in All)
        {
            TimeSpan left = Limit - watch.Elapsed, limit = left < TimeSpan.FromSeconds(seconds) ? left : TimeSpan.FromSeconds(seconds);
            if (limit < TimeSpan.FromSeconds(5))
            {
                report.Note($"No time was left for: {name}.");
                continue;
            }
            string part = Path.Combine(folder, "parts", name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal));
            Directory.CreateDirectory(part);
            Stopwatch own = Stopwatch.StartNew();
            using Process process = Process.Start(new ProcessStartInfo(program, [Option, name, part, .. more]))!;
            int failures = report.Failures;
            bool ended = process.WaitForExit(limit);
            if (!ended)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
            report.Load(part);
            if (!ended)
                report.Note($"{name}: stopped after {limit.TotalSeconds:F0} s; what was left is missing.");
            else if (process.ExitCode != 0)
                report.Check(name, false, double.NaN, $"the process ended with code {process.ExitCode}");
            if (name == GraphCheck.Name && (!ended || process.ExitCode != 0 || report.Failures > failures))
            {
                more = [WithoutGraphs];
                report.Note("Graphs failed: the launches of all other parts go one by one.");
            }
            report.Note($"{name}: {own.Elapsed.TotalSeconds:F0} s.");
        }
    }

    private static void Draws(Report report)
    {
        using GpuContext context = new();
        DrawCheck.Run(context, report);
    }

    private static void OnDevice(Action<GpuDevice> run)
    {
        using GpuDevice device = new();
        run(device);
    }

    private static void Each<T>(IEnumerable<T> cases, Action<T> run)
    {
        foreach (T one in cases)
            run(one);
    }
}
