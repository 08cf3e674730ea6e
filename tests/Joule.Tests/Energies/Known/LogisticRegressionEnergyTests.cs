using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class LogisticRegressionEnergyTests
{
    [Fact]
    public void Under_a_flat_prior_the_mode_is_the_published_fit()
    {
        // The maximum likelihood fit of the 23 flights: 15.0429 − 0.2322·t in degrees Fahrenheit, to the digits published.
        LogisticRegressionEnergy energy = (LogisticRegressionEnergy)new LogisticRegressionOptions { Deviation = 1e4 }.Create();
        (double mean, double deviation) = LogisticRegressionOptions.Temperature;
        double slope = energy.Mode[1] / deviation;
        Assert.Equal(-0.2322, slope, 5e-5);
        Assert.Equal(15.0429, energy.Mode[0] - slope * mean, 5e-5);
    }

    [Fact]
    public void Answers_are_those_of_a_sum_over_a_grid()
    {
        // Over ten prior deviations: a trapezoidal sum, exponentially close.
        LogisticRegressionEnergy energy = (LogisticRegressionEnergy)new LogisticRegressionOptions { Deviation = 1 }.Create();
        const double step = 0.04;
        double sum = 0, first = 0, second = 0, both = 0;
        for (int i = -250; i <= 250; i++)
        {
            for (int j = -250; j <= 250; j++)
            {
                double x = i * step, y = j * step, part = Math.Exp(-energy.Value([x, y], []));
                sum += part;
                first += part * x;
                second += part * y;
                both += part * x * y;
            }
        }
        Assert.Equal(Math.Log(sum * step * step), energy.LogPartition!.Value, 1e-8);
        Assert.Equal(first / sum, energy.Mean(0)!.Value, 1e-8);
        Assert.Equal(second / sum, energy.Mean(1)!.Value, 1e-8);
        Assert.Equal(both / sum - first / sum * (second / sum), energy.Covariance(0, 1)!.Value, 1e-8);
    }

    [Fact]
    public void One_observation_has_the_energy_of_its_formula()
    {
        LogisticRegressionEnergy energy = new([[1, 2]], [true], ["a", "b"], 1);
        double[] gradient = new double[2];
        // β = (1, 1): u = 3.
        Assert.Equal(1 + Math.Log(2 * Math.PI) + Math.Log(1 + Math.Exp(-3)), energy.Value([1, 1], gradient), 1e-12);
        double pull = 1 / (1 + Math.Exp(3));
        Assert.Equal(1 - pull, gradient[0], 1e-12);
        Assert.Equal(1 - 2 * pull, gradient[1], 1e-12);
        Assert.Equal("b", energy.ParameterName(1));
    }

    [Fact]
    public void Four_coefficients_have_no_known_answers()
    {
        LogisticRegressionEnergy energy = new([[1, 2, 3, 4]], [false], ["a", "b", "c", "d"], 1);
        Assert.Null(energy.LogPartition);
        Assert.Null(energy.Mean(3));
        Assert.Null(energy.Covariance(3, 3));
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused()
    {
        Assert.Contains("2 labels", Message(() => new LogisticRegressionEnergy([[1]], [true, false], ["a"], 1)), StringComparison.Ordinal);
        Assert.Contains("2 features", Message(() => new LogisticRegressionEnergy([[1, 2]], [true], ["a"], 1)), StringComparison.Ordinal);
        Assert.Contains("different name", Message(() => new LogisticRegressionEnergy([[1, 2]], [true], ["a", "a"], 1)),
            StringComparison.Ordinal);
        Assert.Contains("deviation", Message(() => new LogisticRegressionEnergy([[1]], [true], ["a"], 0)), StringComparison.Ordinal);

        static string Message(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;
    }
}
