using System.Diagnostics;
using System.Globalization;

namespace Joule.Compare.Contenders;

/// <summary>A program that is started for each measurement and prints one number. The time is from its start to that number.</summary>
internal sealed class ProcessContender(string name, Func<ProcessStartInfo> command) : IContender
{
    public string Name => name;

    public bool WarmsUp => false;

    public double Measure(int repetitions)
    {
        double total = 0;
        for (int i = 0; i < repetitions; i++)
            total += Once().Milliseconds;
        return total / repetitions;
    }

    public IReadOnlyDictionary<string, float[]> Check() => new Dictionary<string, float[]> { ["energy"] = [Once().Value] };

    private (double Milliseconds, float Value) Once()
    {
        ProcessStartInfo start = command();
        start.RedirectStandardOutput = true;
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string? line = process.StandardOutput.ReadLine();
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        process.WaitForExit();
        return process.ExitCode == 0 && float.TryParse(line, CultureInfo.InvariantCulture, out float value) ? (milliseconds, value)
            : throw new PeerException(
                $"{start.FileName} should print an energy; it printed \"{line}\" and ended with exit code {process.ExitCode}");
    }
}
