using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>What a run of chains needs to go on bit for bit, besides its recorded draws.</summary>
/// <param name="plan">The plan of the chains.</param>
/// <param name="memory">The states, what chains keep besides them, the warm-up, and the counts of proposals.</param>
internal sealed class ChainState(ChainPlan plan, IReadOnlyList<StateMemory> memory) : IResumable
{
    private const string StepKey = "run.step", SecondsKey = "run.seconds";

    /// <summary>Steps of each chain so far, the warm-up included.</summary>
    public int Step { get; set; }

    /// <summary>Time taken so far, in seconds, resumed parts included.</summary>
    public double Seconds { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<StateMemory> Memory { get; } = memory;

    /// <summary>The step of saved numbers.</summary>
    /// <exception cref="InvalidInputException">There is none, or the run has no such step.</exception>
    public int StepOf(StateNumbers numbers)
    {
        double step = numbers.Of(StepKey, 1)[0];
        long last = plan.WarmUp + (long)plan.Draws * plan.Thinning;
        return step >= 0 && step <= last && step == Math.Floor(step)
            ? (int)step
            : throw new InvalidInputException($"chains of {last} steps cannot have made {step}");
    }

    /// <summary>The draws of each chain after a number of steps.</summary>
    public int DrawsAt(int step) => Math.Max(0, step - plan.WarmUp) / plan.Thinning;

    /// <inheritdoc/>
    public void Save(StateNumbers numbers)
    {
        numbers.Set(StepKey, Step);
        numbers.Set(SecondsKey, Seconds);
    }

    /// <inheritdoc/>
    public void Check(StateNumbers numbers)
    {
        _ = StepOf(numbers);
        double seconds = numbers.Of(SecondsKey, 1)[0];
        if (!(seconds >= 0) || !double.IsFinite(seconds))
            throw new InvalidInputException($"a run cannot have taken {seconds} seconds");
    }

    /// <inheritdoc/>
    public void Load(StateNumbers numbers) => (Step, Seconds) = (StepOf(numbers), numbers[SecondsKey][0]);

    /// <inheritdoc/>
    public void Loaded() { }
}
