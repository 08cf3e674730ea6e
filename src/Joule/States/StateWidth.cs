namespace Joule.States;

/// <summary>The width of states: the scale for differences and movements of states.</summary>
public static class StateWidth
{
    private const int MostStates = 1024;

    /// <summary>
    /// With walls, the width of the domain. Without walls, √12 times the root mean squared deviation of a number from its mean: the width
    /// of the box on which uniform noise has that deviation.
    /// </summary>
    /// <param name="set">The states; without walls, up to 1,024 evenly spaced ones are read.</param>
    /// <returns>The width, above 0 and in units of the state; 1 if all states are equal.</returns>
    public static double Of(StateSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Space.HasWalls)
            return set.Space.High - set.Space.Low;
        int count = Math.Min(MostStates, set.Count), width = set.Space.Width;
        double[] means = new double[width], squares = new double[width];
        float[] state = new float[width];
        for (int i = 0; i < count; i++)
        {
            set.Read((int)((long)i * set.Count / count), state);
            for (int j = 0; j < width; j++)
            {
                // Welford's update.
                double off = state[j] - means[j];
                means[j] += off / (i + 1);
                squares[j] += off * (state[j] - means[j]);
            }
        }
        double deviation = Math.Sqrt(squares.Sum() / ((double)count * width));
        return deviation > 0 && double.IsFinite(deviation) ? Math.Sqrt(12) * deviation : 1;
    }
}
