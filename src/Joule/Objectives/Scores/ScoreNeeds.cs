using Joule.States;

namespace Joule.Objectives;

/// <summary>What objectives of the score need.</summary>
internal static class ScoreNeeds
{
    /// <summary>States whose numbers all vary continuously.</summary>
    /// <param name="space">The space of the energy.</param>
    /// <param name="objective">The objective's name.</param>
    /// <exception cref="InvalidInputException">Some number is discrete.</exception>
    public static void Continuous(StateSpace space, string objective)
    {
        if (!space.IsContinuous)
        {
            throw new InvalidInputException($"{objective} needs states whose numbers all vary continuously, since it compares gradients; "
                + $"the energy is defined on {space}. Train it by contrastive_divergence or another objective of energies alone.");
        }
    }
}
