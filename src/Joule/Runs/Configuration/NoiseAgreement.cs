using System.Globalization;
using Joule.Energies;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;

namespace Joule.Runs;

/// <summary>
/// Whether a configuration states one noise: an objective may train an energy of data with noise of deviation
/// <c>objective.noise_scale</c>, the mixture of an <c>anchored</c> energy is blurred by <c>energy.blur</c>, and <c>walk_jump</c> removes
/// noise of <c>sampling.sampler.noise_scale</c>.
/// </summary>
public static class NoiseAgreement
{
    /// <summary>Checks a configuration that a training is about to start from.</summary>
    /// <exception cref="InvalidInputException">
    /// The sampler removes another noise than the training adds, so that what it shows would not be the mean of the data.
    /// </exception>
    public static void Check(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config is not { Objective: IBlursData trained, Sampling.Sampler: WalkJumpOptions walk }
            || trained.NoiseScale == walk.NoiseScale)
            return;
        throw new InvalidInputException(Text($"""
            objective.noise_scale is {trained.NoiseScale} and sampling.sampler.noise_scale is {walk.NoiseScale}: walk_jump removes the
            noise that the energy is trained with, so both must be the same. Give both, for example --set
            sampling.sampler.noise_scale={trained.NoiseScale}.
            """));
    }

    /// <summary>What else does not agree, and may be meant so.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="space">The states of its data.</param>
    public static IReadOnlyList<string> Warnings(RunConfig config, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(space);
        List<string> warnings = [];
        if (config.Objective is not IBlursData trained)
            return warnings;
        if (config.Energy is AnchoredEnergyOptions { Weight: > 0 } anchored && (float)anchored.Blur != trained.NoiseScale)
        {
            warnings.Add(Text($"""
                energy.blur is {anchored.Blur} and objective.noise_scale is {trained.NoiseScale}: the network must also learn the
                difference. To blur the mixture as the data are: --set energy.blur={trained.NoiseScale}
                """));
        }
        if (config.Sampling.Sampler is WalkJumpOptions && trained.Reflect && space.HasWalls)
        {
            warnings.Add("the chains of walk_jump leave the walls of the states, and with objective.reflect=true the energy is not trained "
                + "there. To train it: --set objective.reflect=false");
        }
        return warnings;
    }

    /// <summary>What a sampler and the training of a model do not agree in; null if they agree.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="sampler">The sampler of its samples.</param>
    public static string? Warning(RunConfig config, SamplerOptions sampler)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Objective is not IBlursData trained || sampler is not WalkJumpOptions walk
            || trained.NoiseScale == walk.NoiseScale)
            return null;
        return Text($"""
            walk_jump removes noise of {walk.NoiseScale}, and the model was trained with {trained.NoiseScale}. To remove that: --set
            noise_scale={trained.NoiseScale}
            """);
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture).ReplaceLineEndings(" ");
}
