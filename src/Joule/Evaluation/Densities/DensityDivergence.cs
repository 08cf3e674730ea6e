using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// The Kullback and Leibler divergence of a model from the known density of its data, KL(p‖q) = ∫ p(x) ln(p(x)/q(x)) dx, for points in the
/// plane: both densities are normalised on one rectangle by Gauss and Legendre's rule, so that the constants of both energies are known.
/// q ∝ exp(−E) at temperature 1.
/// </summary>
/// <param name="Nats">The divergence, in nats; at least 0 apart from <paramref name="Error"/>.</param>
/// <param name="Error">The change from the rule with half as many panels a side, in nats.</param>
/// <param name="LogPartition">ln Z of the model, in nats, in the units of its states.</param>
/// <param name="Horizontal">The rectangle's range of the first number, in the units of the states.</param>
/// <param name="Vertical">Its range of the second number.</param>
/// <param name="Edge">The model's share of probability in a frame along the edges, 1/16 of the width each: much of it says that the model
/// goes on outside, where nothing is counted.</param>
/// <param name="Evaluations">How many energies of the model were evaluated.</param>
public sealed record DensityDivergence(
    double Nats,
    double Error,
    double LogPartition,
    (double Low, double High) Horizontal,
    (double Low, double High) Vertical,
    double Edge,
    long Evaluations)
{
    /// <summary>The change between two rules that is small enough by default, in nats.</summary>
    public const double Tolerance = 5e-4;

    private const int FirstPanels = 16, MostPanels = 128; // of a side; eight nodes each
    private const int MostWidenings = 5;
    private const double Margin = 0.15; // of the range of the data, on either side
    private const double NoMass = 1e-4; // of the model, along the edges

    /// <summary>Whether the divergence can be computed: points in the plane, of a known density on the reals.</summary>
    /// <param name="data">The transform of the data.</param>
    public static bool Fits(Data.DataTransform data) => data is DrawsTransform { Space: { Width: 2, Domain: Domain.Real } };

    /// <summary>Compares a model with the density that its data were drawn from.</summary>
    /// <param name="device">The device that evaluates both.</param>
    /// <param name="model">The model, on the states of <paramref name="data"/>.</param>
    /// <param name="data">The transform of the data, which knows their density.</param>
    /// <param name="states">States of the data: the rectangle holds all of them, and is widened until little of the model lies at its
    /// edges.</param>
    /// <param name="tolerance">The change between two rules that is small enough, in nats.</param>
    /// <param name="cancellation">Stops between rules.</param>
    /// <exception cref="InvalidInputException">The data are no points, or an energy is not finite.</exception>
    public static DensityDivergence Of(
        Device device,
        Energy model,
        DrawsTransform data,
        StateSet states,
        double tolerance = Tolerance,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(states);
        if (!Fits(data) || model.Space.Width != 2)
            throw new InvalidInputException($"The divergence needs points in the plane; the states are {model.Space}.");
        ((double Low, double High) across, (double Low, double High) up) = Ranges(states);
        DensityDivergence? last = null;
        long evaluations = 0;
        int widened = 0;
        for (int panels = FirstPanels; panels <= MostPanels; panels *= 2)
        {
            cancellation.ThrowIfCancellationRequested();
            DensityDivergence next = DensitySums.Of(device, model, data, across, up, panels);
            evaluations += next.Evaluations;
            if (panels == FirstPanels && next.Edge > NoMass && widened < MostWidenings)
            {
                (across, up, panels) = (Wider(across), Wider(up), panels / 2);
                widened++;
                continue;
            }
            double error = last is null ? double.PositiveInfinity : Math.Abs(next.Nats - last.Nats);
            last = next with { Error = error, Evaluations = evaluations };
            if (error <= tolerance)
                break;
        }
        return last!;
    }

    private static (double Low, double High) Wider((double Low, double High) range)
    {
        double half = (range.High - range.Low) / 2, middle = (range.High + range.Low) / 2;
        return (middle - 1.5 * half, middle + 1.5 * half);
    }

    private static ((double, double), (double, double)) Ranges(StateSet states)
    {
        double[] low = [double.PositiveInfinity, double.PositiveInfinity], high = [double.NegativeInfinity, double.NegativeInfinity];
        float[] state = new float[2];
        for (int row = 0; row < states.Count; row++)
        {
            states.Read(row, state);
            for (int i = 0; i < 2; i++)
                (low[i], high[i]) = (Math.Min(low[i], state[i]), Math.Max(high[i], state[i]));
        }
        return (Padded(0), Padded(1));

        (double, double) Padded(int i)
        {
            double pad = Math.Max(Margin * (high[i] - low[i]), 1e-3);
            return (low[i] - pad, high[i] + pad);
        }
    }
}
