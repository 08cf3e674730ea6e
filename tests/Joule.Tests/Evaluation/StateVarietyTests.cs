using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class StateVarietyTests
{
    [Fact]
    public void Distances_follow_their_definition()
    {
        Rows states = TestRows.Normal(300, 17, 4);
        double squares = 0;
        double[] nearest = new double[256];
        Array.Fill(nearest, double.PositiveInfinity);
        for (int i = 0; i < 300; i++)
            for (int k = 0; k < 300; k++)
            {
                double square = TestRows.Doubles(states[i]).Zip(TestRows.Doubles(states[k]), (a, b) => (a - b) * (a - b)).Sum();
                squares += square;
                if (i != k && i < 256 && k < 256)
                    nearest[i] = Math.Min(nearest[i], Math.Sqrt(square));
            }
        StateVariety variety = StateVariety.Of(states);
        Assert.Equal(Math.Sqrt(squares / (300 * 299)), variety.Distance, 1e-6);
        Array.Sort(nearest);
        Assert.Equal((nearest[127] + nearest[128]) / 2, variety.Nearest, 1e-5);
    }

    [Fact]
    public void Repetitions_show_in_the_nearest_and_a_single_state_has_no_distance()
    {
        Rows states = TestRows.Normal(100, 17, 4);
        for (int i = 50; i < 100; i++)
            states[i - 50].CopyTo(states[i]);
        StateVariety variety = StateVariety.Of(states);
        Assert.Equal(0, variety.Nearest);
        Assert.InRange(variety.Distance, 5, 7); // √(2·17) = 5.8
        Assert.Equal(new StateVariety(double.NaN, double.NaN), StateVariety.Of(states.Slice(0, 1)));
    }
}
