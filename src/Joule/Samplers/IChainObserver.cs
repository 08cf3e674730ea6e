using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// Observes chains while they run: recording is separate from sampling. All chains synchronise before it is called on the loop's thread,
/// and continue when it returns. It must not change states. An exception it throws ends the run.
/// </summary>
public interface IChainObserver
{
    /// <summary>
    /// The next step after which to be called; by default the next sample of the schedule. Each call synchronises all chains.
    /// </summary>
    /// <param name="done">Steps of the run so far.</param>
    /// <param name="schedule">The run's schedule.</param>
    /// <returns>A step above <paramref name="done"/>; one beyond the schedule's last is never reached.</returns>
    int Next(int done, ChainSchedule schedule) => schedule.NextSample(done);

    /// <summary>Observes the chains.</summary>
    void Observe(in ChainReport report);
}

/// <summary>The synchronised chains.</summary>
public readonly ref struct ChainReport
{
    /// <summary>The device of the states.</summary>
    public required Device Device { get; init; }

    /// <summary>
    /// The states in device memory, one row per chain; <see cref="Device.Download(Rows, Span{float})"/> copies them to the host.
    /// </summary>
    public required Rows States { get; init; }

    /// <summary>Steps of the run so far, the warm-up included.</summary>
    public required int Step { get; init; }

    /// <summary>Whether the run is still in its warm-up.</summary>
    public required bool IsWarmUp { get; init; }

    /// <summary>Whether the states are a sample of the schedule.</summary>
    public required bool IsSample { get; init; }

    /// <summary>
    /// Each chain's energy where its last gradient was taken, in nats; for samplers with an accept test, the energy of its state.
    /// </summary>
    public required ReadOnlySpan<float> Energies { get; init; }

    /// <summary>Each chain's ‖∇ₓE‖² at the same place.</summary>
    public required ReadOnlySpan<float> SquaredNorms { get; init; }

    /// <summary>The proposals since the warm-up; all zero for a sampler without an accept test.</summary>
    public required ProposalFigures Proposals { get; init; }
}
