using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class DualAveragingTests
{
    [Fact]
    public void The_first_updates_are_those_of_the_paper()
    {
        // Equation 6 by hand: after acceptance 1 with target 0.8, the mean error is −0.2/11, so log ε = log 10 + 0.2/11/0.05, and the
        // average is the same. After acceptance 0.5 it is (11/12)(−0.2/11) + 0.3/12 = 0.1/12, and the average moves by 2^−0.75 of the way.
        DualAveraging averaging = new(1, 0.8);
        Assert.Equal((1, 1), (averaging.StepSize, averaging.Averaged));
        averaging.Update(1);
        double first = Math.Log(10) + 4.0 / 11;
        Assert.Equal(first, Math.Log(averaging.StepSize), 1e-12);
        Assert.Equal(first, Math.Log(averaging.Averaged), 1e-12);
        averaging.Update(0.5);
        double second = Math.Log(10) - Math.Sqrt(2) / 0.05 * (0.1 / 12);
        Assert.Equal(second, Math.Log(averaging.StepSize), 1e-12);
        Assert.Equal(first + Math.Pow(2, -0.75) * (second - first), Math.Log(averaging.Averaged), 1e-12);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(100)]
    public void It_finds_the_step_size_with_the_target_acceptance(double start)
    {
        // Acceptance e^−ε is 0.65 at ε = −ln 0.65.
        DualAveraging averaging = new(start, 0.65);
        for (int i = 0; i < 1000; i++)
            averaging.Update(Math.Exp(-averaging.StepSize));
        Assert.Equal(-Math.Log(0.65), averaging.StepSize, 0.02);
        Assert.Equal(-Math.Log(0.65), averaging.Averaged, 0.02);
    }

    [Fact]
    public void Its_numbers_are_all_that_it_knows_and_a_restart_forgets_them()
    {
        DualAveraging a = new(0.3, 0.8), b = new(7, 0.8), fresh = new(0.2, 0.8);
        double[] numbers = new double[DualAveraging.NumberCount];
        a.Update(0.1);
        a.Update(0.9);
        a.Save(numbers);
        b.Load(numbers);
        a.Update(0.4);
        b.Update(0.4);
        Assert.Equal((a.StepSize, a.Averaged), (b.StepSize, b.Averaged));
        a.Restart(0.2);
        a.Update(0.7);
        fresh.Update(0.7);
        Assert.Equal((fresh.StepSize, fresh.Averaged), (a.StepSize, a.Averaged));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DualAveraging(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DualAveraging(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DualAveraging(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DualAveraging(1, 0.5).Update(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DualAveraging(1, 0.5).Update(1.1));
    }
}
