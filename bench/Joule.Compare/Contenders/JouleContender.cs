using System.Diagnostics;
using Joule.Compare.Cases;
using Joule.Compare.Measuring;

namespace Joule.Compare.Contenders;

/// <summary>Joule, in this process.</summary>
internal sealed class JouleContender(CaseRun run, string name = "joule") : IContender
{
    // The device's workers spin for some hundred microseconds before they park.
    private const int SettleMilliseconds = 2;

    public string Name => name;

    public double Measure(int repetitions)
    {
        for (int i = 0; i < repetitions / IContender.LeadIn; i++)
            run.Run();
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
            run.Run();
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Thread.Sleep(SettleMilliseconds);
        return milliseconds / repetitions;
    }

    public IReadOnlyDictionary<string, float[]> Check() => run.Check();

    public float[] Sample(SamplePlan plan) => run.Sample();
}
