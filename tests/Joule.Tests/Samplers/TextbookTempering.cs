namespace Joule.Tests.Samplers;

/// <summary>
/// Parallel tempering on a line in float64, written as in textbooks: random-walk Metropolis at each temperature, and exchanges of the pairs
/// in turn. It can be told to make every exchange, which is wrong: a check of the checks.
/// </summary>
internal sealed class TextbookTempering(Func<double, double> energy, double[] temperatures, double scale, bool exchangesAll)
{
    private readonly Random _random = new(5);
    private readonly double[] _states = new double[temperatures.Length];

    /// <summary>The mean of a function over some steps of the coldest chain, and its standard error from 50 batches.</summary>
    public (double Mean, double Error) Average(Func<double, double> function, int steps)
    {
        const int batches = 50;
        double[] means = new double[batches];
        for (int s = 0; s < steps; s++)
        {
            Step(s);
            means[(int)((long)s * batches / steps)] += function(_states[0]) * batches / steps;
        }
        double mean = means.Average(), variance = means.Sum(m => (m - mean) * (m - mean)) / (batches - 1);
        return (mean, Math.Sqrt(variance / batches));
    }

    private void Step(int step)
    {
        for (int k = 0; k < _states.Length; k++)
        {
            double proposal = _states[k] + scale * Math.Sqrt(temperatures[k]) * (2 * _random.NextDouble() - 1);
            if (Math.Log(_random.NextDouble()) < (energy(_states[k]) - energy(proposal)) / temperatures[k])
                _states[k] = proposal;
        }
        for (int k = step % 2; k + 1 < _states.Length; k += 2)
        {
            double fall = (1 / temperatures[k] - 1 / temperatures[k + 1]) * (energy(_states[k]) - energy(_states[k + 1]));
            if (exchangesAll || Math.Log(_random.NextDouble()) < fall)
                (_states[k], _states[k + 1]) = (_states[k + 1], _states[k]);
        }
    }
}
