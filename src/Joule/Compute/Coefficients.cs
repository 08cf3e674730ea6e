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
    float LearningRate, float Beta1, float Beta2, float Epsilon, float Correction1, float Correction2, float GradientScale, float Decay)
{
    /// <summary>The coefficients of an update.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rate">η.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of squared gradients.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="gradientScale">Multiplies the gradient first.</param>
    /// <param name="weightDecay">Decoupled weight decay.</param>
    public static AdamCoefficients Of(
        long update, double rate, float beta1, float beta2, float epsilon, double gradientScale, double weightDecay) =>
        new((float)rate, beta1, beta2, epsilon, (float)(1 / (1 - Math.Pow(beta1, update + 1))),
            (float)(1 / (1 - Math.Pow(beta2, update + 1))), (float)gradientScale, (float)(rate * weightDecay));
}
