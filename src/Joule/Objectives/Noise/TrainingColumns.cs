using Joule.States;

namespace Joule.Objectives;

/// <summary>Facts about every number of the training states, to which noise is fitted.</summary>
/// <param name="Means">Means.</param>
/// <param name="Deviations">
/// Standard deviations; at least <see cref="LeastDeviation"/> of the typical one, since constant numbers have noise too.
/// </param>
/// <param name="Least">Smallest values.</param>
/// <param name="Most">Largest values.</param>
internal sealed record TrainingColumns(double[] Means, double[] Deviations, double[] Least, double[] Most)
{
    /// <summary>The least deviation of a number, as a share of that of all numbers together.</summary>
    public const double LeastDeviation = 0.05;

    private const int MostStates = 10_000;

    /// <summary>Reads up to 10,000 evenly spaced states.</summary>
    /// <param name="set">The training states.</param>
    /// <param name="width">The width of states (<see cref="StateWidth"/>).</param>
    /// <exception cref="InvalidInputException">A state is not finite.</exception>
    public static TrainingColumns Of(StateSet set, double width)
    {
        int count = Math.Min(MostStates, set.Count), numbers = set.Space.Width;
        double[] means = new double[numbers], squares = new double[numbers], least = new double[numbers], most = new double[numbers];
        Array.Fill(least, double.PositiveInfinity);
        Array.Fill(most, double.NegativeInfinity);
        float[] state = new float[numbers];
        for (int i = 0; i < count; i++)
        {
            int index = (int)((long)i * set.Count / count);
            set.Read(index, state);
            for (int j = 0; j < numbers; j++)
            {
                if (!float.IsFinite(state[j]))
                {
                    throw new InvalidInputException($"Noise cannot be fitted to {set.Name}: {set.Noun} {index} holds {state[j]} "
                        + $"({set.Place(j)}). Every number must be finite; repair or remove that {set.Noun}.");
                }
                double off = state[j] - means[j]; // Welford's update
                means[j] += off / (i + 1);
                squares[j] += off * (state[j] - means[j]);
                least[j] = Math.Min(least[j], state[j]);
                most[j] = Math.Max(most[j], state[j]);
            }
        }
        double floor = LeastDeviation * width / Math.Sqrt(12);
        return new TrainingColumns(means, [.. squares.Select(s => Math.Max(Math.Sqrt(s / count), floor))], least, most);
    }
}
