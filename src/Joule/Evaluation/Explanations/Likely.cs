namespace Joule.Evaluation;

/// <summary>Which energies count as likely, so that an explanation stops there.</summary>
public sealed class Likely
{
    /// <summary>A p-value at or above this one is likely: half of the calibration rows have no lower energy.</summary>
    public const double PValue = 0.5;

    private readonly Calibration? _calibration;
    private readonly double? _level;

    /// <summary>Chooses the rule: a level, or else the median of a calibration, or else none.</summary>
    /// <param name="calibration">The calibration of the model, or null.</param>
    /// <param name="level">An energy in nats, or null.</param>
    /// <exception cref="InvalidInputException">The level is not finite.</exception>
    public Likely(Calibration? calibration, double? level = null)
    {
        if (level is double value && !double.IsFinite(value))
            throw new InvalidInputException($"The energy that counts as likely is {value}; a finite number of nats is needed.");
        (_calibration, _level) = (calibration, level);
    }

    /// <summary>
    /// Whether there is a rule. If there is none, nothing is likely, and a descent ends where no step lowers the energy.
    /// </summary>
    public bool HasRule => _level is not null || _calibration is not null;

    /// <summary>Whether an energy is likely.</summary>
    /// <param name="energy">The energy, in nats.</param>
    public bool Holds(float energy) => _level is double level ? energy <= level : _calibration?.PValue(energy) >= PValue;
}
