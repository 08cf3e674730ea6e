namespace Joule.Compare.Contenders;

/// <summary>One side of a comparison. While one measures, the others are idle.</summary>
internal interface IContender
{
    /// <summary>
    /// One part in this many of the repetitions is done before the clock starts: caches are the other side's, and threads are still waking.
    /// </summary>
    const int LeadIn = 3;

    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>Whether it must run for a while before it is at its pace; a program that is started anew each time never is.</summary>
    bool WarmsUp => true;

    /// <summary>Does the case a number of times.</summary>
    /// <returns>Milliseconds of one time.</returns>
    double Measure(int repetitions);

    /// <summary>What is compared with the other sides, by name.</summary>
    IReadOnlyDictionary<string, float[]> Check();
}
