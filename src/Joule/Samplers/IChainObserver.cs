using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// Is told of chains while they run: what to record is apart from how to sample. All chains meet before it is called, on the thread that
/// runs the loop, and go on when it returns. It reads; it does not change states. An exception of it ends the run.
/// </summary>
public interface IChainObserver
{
    /// <summary>
    /// The next step after which it wants to be told: by default the next sample of the schedule. Each stop costs a meeting of all chains.
    /// </summary>
    /// <param name="done">Steps of the run so far.</param>
    /// <param name="schedule">The run's schedule.</param>
    /// <returns>A step above <paramref name="done"/>; one beyond the schedule's last is never reached.</returns>
    int Next(int done, ChainSchedule schedule) => schedule.NextSample(done);

    /// <summary>Looks at the chains.</summary>
    void Observe(in ChainReport report);
}

/// <summary>Chains that have met.</summary>
public readonly ref struct ChainReport
{
    /// <summary>Where the states are.</summary>
    public required Device Device { get; init; }

    /// <summary>The states in the device's memory, one row a chain: <see cref="Device.Download(Rows, Span{float})"/> brings them to the
    /// host.</summary>
    public required Rows States { get; init; }

    /// <summary>Steps of the run so far, the warm-up included.</summary>
    public required int Step { get; init; }

    /// <summary>Whether the warm-up is not over yet.</summary>
    public required bool IsWarmUp { get; init; }

    /// <summary>Whether the states are a sample of the schedule.</summary>
    public required bool IsSample { get; init; }

    /// <summary>
    /// Every chain's energy where its last gradient was taken, in nats: for samplers with an accept test the energy of its state.
    /// </summary>
    public required ReadOnlySpan<float> Energies { get; init; }

    /// <summary>Every chain's ‖∇ₓE‖² at the same place.</summary>
    public required ReadOnlySpan<float> SquaredNorms { get; init; }

    /// <summary>What became of the proposals since the warm-up; all zero for a sampler without an accept test.</summary>
    public required ProposalFigures Proposals { get; init; }
}
