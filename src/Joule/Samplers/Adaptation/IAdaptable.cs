namespace Joule.Samplers;

/// <summary>Options of a sampler with an accept test whose step size a <see cref="WarmUp"/> can adapt to an acceptance.</summary>
public interface IAdaptable
{
    /// <summary>The step size, in the units of the options' own key.</summary>
    double StepSize { get; }

    /// <summary>The acceptance that step sizes are adapted to, above 0 and below 1.</summary>
    double TargetAcceptance { get; }

    /// <summary>The same options with another step size.</summary>
    /// <param name="stepSize">Above 0 and finite.</param>
    SamplerOptions WithStepSize(double stepSize);

    /// <summary>The same options with trajectories of a single leapfrog step: their acceptance depends on the step size alone.</summary>
    SamplerOptions OneStep();
}

/// <summary>Options of a sampler with inverse masses that a <see cref="WarmUp"/> can adapt.</summary>
public interface IAdaptableMass : IAdaptable
{
    /// <summary>The form of the inverse masses.</summary>
    MassMetric Metric => MassMetric.Diagonal;

    /// <summary>The same options with other inverse masses.</summary>
    /// <param name="inverseMass">
    /// One for every number of the state, above 0 and finite; in a dense metric the rows of a symmetric positive definite matrix.
    /// </param>
    SamplerOptions WithInverseMass(IReadOnlyList<float> inverseMass);
}
