using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>A snapshot of everything that a run needs to go on as if nothing had happened: for the preset <c>digits</c> about 28 MB, which take some milliseconds to copy.</summary>
public static class Checkpoint
{
    /// <summary>Takes the memory for one.</summary>
    /// <param name="trainer">The run's trainer.</param>
    /// <param name="run">Where the run stands.</param>
    public static Snapshot Of(Trainer trainer, RunState run)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(run);
        return new Snapshot(trainer, run, new Place(run, trainer.UpdatesPerEpoch));
    }

    /// <summary>Updates and epochs go together, or they are of another run.</summary>
    private sealed class Place(RunState run, int updatesPerEpoch) : IResumable
    {
        public IReadOnlyList<StateMemory> Memory => [];

        public void Save(StateNumbers numbers) { }

        public void Check(StateNumbers numbers)
        {
            (int epochs, int updates) = run.PlaceOf(numbers);
            long update = Trainer.UpdateOf(numbers);
            if (updates > updatesPerEpoch || update != (long)epochs * updatesPerEpoch + updates)
                throw new InvalidInputException($"update {update} after {epochs} epochs of {updatesPerEpoch} updates and {updates} updates more do not go together");
        }

        public void Load(StateNumbers numbers) { }

        public void Loaded() { }
    }
}
