namespace Joule.Energies;

/// <summary>E(x) = (E₁(x) + … + Eₘ(x))/m: the mean of several energies, as of several trainings of one network.</summary>
/// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
public sealed class EnsembleEnergy(IReadOnlyList<Energy> parts) : ComposedEnergy(parts), IKnown
{
    /// <summary>Unknown, unless there is one part and it knows.</summary>
    public double? LogPartition => Only?.LogPartition;

    private IKnown? Only => Parts.Count == 1 ? Parts[0] as IKnown : null;

    /// <summary>Unknown, unless there is one part and it knows.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return Only?.Mean(number);
    }

    /// <summary>Unknown, unless there is one part and it knows.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return Only?.Covariance(number, other);
    }

    /// <inheritdoc/>
    protected override double Combine(ReadOnlySpan<float> energies, Span<double> slopes)
    {
        double sum = 0;
        foreach (float energy in energies)
            sum += energy;
        slopes.Fill(1.0 / energies.Length);
        return sum / energies.Length;
    }
}
