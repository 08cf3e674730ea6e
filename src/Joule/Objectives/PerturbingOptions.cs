namespace Joule.Objectives;

/// <summary>Options of an objective that compares every state of the data with perturbed copies.</summary>
public abstract record PerturbingOptions : ObjectiveOptions, IOptionRules
{
    /// <summary>Perturbed copies of each state of the data.</summary>
    [Between(1, 1000)]
    public int Copies { get; init; } = 4;

    /// <summary>
    /// Largest scale of a perturbation, as a multiple of the standard deviation of the states (in a box, of uniform noise). Each state of
    /// the data draws its scale between the two, evenly in its logarithm. Discrete numbers change with half the scale as probability.
    /// </summary>
    [Above(0)]
    public double Noise { get; init; } = 1;

    /// <summary>Smallest scale of a perturbation. At most the largest.</summary>
    [Above(0)]
    public double LeastNoise { get; init; } = 0.05;

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(LeastNoise <= Noise))
            problems.Add($"{path}least_noise is {LeastNoise}; it must be at most {path}noise, {Noise}");
    }
}
