namespace Joule.Compute;

/// <summary>The coefficients of one Langevin update.</summary>
/// <param name="StepSize">η, in units of state² per nat.</param>
/// <param name="NoiseScale">σ, in units of the state; 0 draws nothing.</param>
/// <param name="GradientClip">Limit of the absolute value of each element of the gradient; positive infinity: none.</param>
/// <param name="Low">Lower wall of the domain; negative infinity: none.</param>
/// <param name="High">Upper wall of the domain; positive infinity: none.</param>
public readonly record struct LangevinCoefficients(float StepSize, float NoiseScale, float GradientClip, float Low, float High);

/// <summary>The coefficients of a leapfrog step. Walls reflect; there are two, one or none.</summary>
/// <param name="Drift">ε, in units of the state over those of a unit momentum.</param>
/// <param name="Kick">κ = ε/T.</param>
/// <param name="Low">Lower wall of the domain; negative infinity: none.</param>
/// <param name="High">Upper wall of the domain; positive infinity: none.</param>
public readonly record struct LeapfrogCoefficients(float Drift, float Kick, float Low, float High)
{
    internal bool HasWalls => float.IsFinite(Low) || float.IsFinite(High);
}

/// <summary>The coefficients of one Adam step.</summary>
/// <param name="LearningRate">η.</param>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Correction1">1 / (1 − β₁ᵗ).</param>
/// <param name="Correction2">1 / (1 − β₂ᵗ).</param>
/// <param name="GradientScale">Multiplies the gradient first: the factor of norm clipping.</param>
/// <param name="Decay">Decoupled weight decay, times the learning rate.</param>
public readonly record struct AdamCoefficients(
    float LearningRate, float Beta1, float Beta2, float Epsilon, float Correction1, float Correction2, float GradientScale, float Decay);
