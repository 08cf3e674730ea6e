using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;

namespace Joule.Training;

/// <summary>The setup of a trainer.</summary>
/// <param name="Device">The device.</param>
/// <param name="CreateEnergy">
/// Creates the energy, which must be <see cref="ITrainable"/>. Called once, or twice if weights are averaged. The trainer disposes the
/// energies.
/// </param>
/// <param name="Train">The training data.</param>
/// <param name="Validation">The validation data, of the same space.</param>
/// <param name="Objective">The objective.</param>
/// <param name="Options">Length, optimiser and schedule.</param>
/// <param name="Seed">The seed of all random draws.</param>
public sealed record TrainerSetup(
    Device Device,
    Func<Energy> CreateEnergy,
    StateSet Train,
    StateSet Validation,
    ObjectiveOptions Objective,
    TrainingOptions Options,
    ulong Seed)
{
    /// <summary>Checks that options and data fit together.</summary>
    /// <exception cref="InvalidInputException">They do not; the message lists every problem with an option.</exception>
    internal void Check()
    {
        List<string> problems = [];
        if (Options.DataNoise > 0 && !Train.Space.IsContinuous)
        {
            problems.Add($"training.data_noise is {Options.DataNoise}; "
                + $"it must be 0 for states that do not vary continuously ({Train.Space})");
        }
        OptionsCheck.Add(Objective, problems, "objective.");
        Objective.ValidateBatch(Options.Batch, problems);
        OptionsCheck.Add(Options, problems, "training.");
        if (problems.Count > 0)
            throw new InvalidInputException($"The training cannot start: {string.Join("; ", problems)}.");
        if (Validation.Space != Train.Space)
        {
            throw new InvalidInputException($"The training data, {Train.Name}, have states of {Train.Space}, "
                + $"and the validation data, {Validation.Name}, of {Validation.Space}. Both must have the same layout.");
        }
    }
}
