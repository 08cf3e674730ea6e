namespace Joule.Samplers;

/// <summary>
/// When chains run and when they are observed: <see cref="WarmUp"/> steps, then <see cref="Steps"/> steps, of which every
/// <see cref="Thinning"/>-th is a sample. Observing more or less often does not change the states, bit for bit.
/// </summary>
public sealed record ChainSchedule
{
    /// <summary>
    /// Steps before the first that counts, at least 0: chains forget their initial states, and acceptance is not counted.
    /// </summary>
    public int WarmUp { get; init; }

    /// <summary>Steps after the warm-up, at least 0.</summary>
    public required int Steps { get; init; }

    /// <summary>Interval of samples after the warm-up, in steps. At least 1.</summary>
    public int Thinning { get; init; } = 1;

    /// <summary>
    /// Interval, in steps from the first of the warm-up, at which all observers are called in addition to the samples. 0: samples only.
    /// </summary>
    public int Meeting { get; init; }

    /// <summary>
    /// Steps of the schedule that were run before: the chains go on after them, with the proposal counts that
    /// <see cref="ChainLoop.State"/> holds. 0 to <see cref="Total"/>; 0 for new chains.
    /// </summary>
    public int Done { get; init; }

    /// <summary>All steps, warm-up included.</summary>
    public int Total => WarmUp + Steps;

    /// <summary>The step of the first sample after a number of steps; <see cref="int.MaxValue"/> if there is none.</summary>
    public int NextSample(int done)
    {
        int next = Next(Math.Max(0, done - WarmUp), Thinning, Steps);
        return next == int.MaxValue ? next : WarmUp + next;
    }

    /// <summary>The first multiple of <see cref="Meeting"/> after a number of steps; <see cref="int.MaxValue"/> if there is none.</summary>
    public int NextMeeting(int done) => Meeting == 0 ? int.MaxValue : Next(done, Meeting, Total);

    /// <summary>Whether the state after a step is a sample.</summary>
    public bool IsSample(int step) => step > WarmUp && (step - WarmUp) % Thinning == 0;

    /// <summary>Checks all ranges.</summary>
    /// <exception cref="InvalidInputException">Something is out of range; the message lists every violation.</exception>
    public void Validate()
    {
        if (WarmUp >= 0 && Steps >= 0 && Thinning >= 1 && Meeting >= 0 && (long)WarmUp + Steps < int.MaxValue && Done >= 0 && Done <= Total)
            return;
        List<string> problems = [];
        if (WarmUp < 0)
            problems.Add($"warm_up is {WarmUp}; it must be at least 0");
        if (Steps < 0)
            problems.Add($"steps is {Steps}; it must be at least 0");
        if (Thinning < 1)
            problems.Add($"thinning is {Thinning}; it must be at least 1");
        if (Meeting < 0)
            problems.Add($"meeting is {Meeting}; it must be at least 0");
        if ((long)WarmUp + Steps >= int.MaxValue)
            problems.Add($"warm_up and steps are {WarmUp} and {Steps}; their sum must lie below {int.MaxValue}");
        if (Done < 0 || Done > (long)WarmUp + Steps)
            problems.Add($"done is {Done}; it must lie between 0 and {(long)WarmUp + Steps}");
        throw InvalidInputException.Options("The schedule of the chains", problems);
    }

    private static int Next(int done, int every, int last)
    {
        long next = ((long)done / every + 1) * every;
        return next <= last ? (int)next : int.MaxValue;
    }
}
