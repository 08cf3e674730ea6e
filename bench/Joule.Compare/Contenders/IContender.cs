using Joule.Compare.Measuring;

namespace Joule.Compare.Contenders;

/// <summary>One side of a comparison. While one measures, the others are idle.</summary>
internal interface IContender
{
    /// <summary>
    /// One part in this many of the repetitions runs before the clock starts, because caches hold the other side's data and threads are
    /// still waking up.
    /// </summary>
    const int LeadIn = 3;

    /// <summary>Its name in tables.</summary>
    string Name { get; }

    /// <summary>Whether it must warm up to reach full speed; false for a program that is started for each measurement.</summary>
    bool WarmsUp => true;

    /// <summary>Runs the case a number of times.</summary>
    /// <returns>Milliseconds per repetition.</returns>
    double Measure(int repetitions);

    /// <summary>The numbers to compare with the other sides, by name.</summary>
    IReadOnlyDictionary<string, float[]> Check();

    /// <summary>Draws of chains: all states of one draw after the other. Empty for a side without any.</summary>
    /// <param name="plan">How many.</param>
    float[] Sample(SamplePlan plan) => [];
}
