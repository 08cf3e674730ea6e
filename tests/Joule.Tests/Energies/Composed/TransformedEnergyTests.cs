using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Joule.Tests.Samplers;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class TransformedEnergyTests
{
    private static readonly StateSpace Space = StateSpace.Mixed(
    [
        ColumnDomain.Real, new(Domain.Box, -0.5f, 1), new(Domain.Box, 3, float.PositiveInfinity),
        new(Domain.Box, float.NegativeInfinity, 0),
    ]);

    private static readonly float[] Walked = [-30, -15, -8, -3, -1, -0.1f, 0, 0.2f, 1.5f, 4, 9, 14, 25];

    [Fact]
    public void States_are_those_of_the_formulas_and_come_back()
    {
        TransformedEnergy energy = new(new BowlEnergy(Space, 1, 0));
        Assert.Equal(StateSpace.Real(Shape.Vector(4)), energy.Space);
        Rows y = Everywhere(), x = TestRows.Empty(y.Count, 4), back = TestRows.Empty(y.Count, 4);
        energy.ToStates(y, x);
        energy.FromStates(x, back);
        for (int n = 0; n < y.Count; n++)
        {
            double v = Walked[n];
            Assert.Equal(Walked[n], x[n][0]);
            Assert.Equal(-0.5 + 1.5 / (1 + Math.Exp(-v)), x[n][1], 2e-7);
            Assert.Equal(1, x[n][2] / (3 + Math.Exp(v)), 2e-7);
            Assert.Equal(-1, x[n][3] / Math.Exp(v), 3e-6);
            Assert.Equal(-1, Space.FirstOutside(x[n]));
            Assert.True(x[n][1] is > -0.5f and < 1 && x[n][2] > 3 && x[n][3] < 0, "never on a wall");
            // Between two walls away from 0, and above 3, float32 loses the digits of a small distance to the wall.
            Assert.Equal(v, back[n][0], 1e-6);
            if (Math.Abs(v) < 9)
                Assert.Equal(v, back[n][1], 0.01 + 1e-6 * Math.Exp(Math.Abs(v)));
            if (v > -9)
                Assert.Equal(v, back[n][2], 0.01 + 1e-6 * Math.Exp(-v));
            Assert.Equal(v, back[n][3], 1e-5);
        }
    }

    [Fact]
    public void States_on_a_wall_or_beyond_start_inside_and_NaN_stays()
    {
        TransformedEnergy energy = new(new BowlEnergy(Space, 1, 0));
        Rows x = TestRows.Of(4, 4, 0, -0.5f, 3, 0, 0, 1, -7, 5, 0, 4, 3, 0, float.NaN, float.NaN, float.NaN, float.NaN);
        Rows y = TestRows.Empty(4, 4), again = TestRows.Empty(4, 4);
        energy.FromStates(x, y);
        energy.ToStates(y, again);
        Assert.Equal([0, MathF.Log(1f / (1 << 23)), MathF.Log(3f / (1 << 23)), MathF.Log(1f / (1 << 23))], y[0].ToArray());
        Assert.Equal(-y[0][1], y[1][1], 1e-5f);
        Assert.Equal(y[1][1], y[2][1]);
        Assert.Equal(y[0][2], y[1][2]);
        for (int n = 0; n < 3; n++)
            Assert.Equal(-1, Space.FirstOutside(again[n]));
        Assert.Equal(-0.5f, again[0][1], 1e-6f);
        Assert.All(y[3].ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.All(again[3].ToArray(), value => Assert.True(float.IsNaN(value)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.4f)]
    public void Energies_and_gradients_are_those_of_the_formula_in_float64(float temperature)
    {
        BowlEnergy bowl = new(Space, 2, 0.3f, 5);
        TransformedEnergy energy = new(bowl, temperature);
        Rows y = Everywhere(), gradient = TestRows.Empty(y.Count, 4);
        Rows energies = TestRows.Empty(y.Count, 1), only = TestRows.Empty(y.Count, 1);
        energy.Gradient(y, energies, gradient);
        energy.Evaluate(y, only);
        Assert.True(TestRows.SameBits(energies.Span, only.Span));
        for (int n = 0; n < y.Count; n++)
        {
            // Exponentials reach 10¹⁰ here, whose squares leave no digit of the others.
            double[] state = TestRows.Doubles(y[n]);
            double expected = Value(state, temperature);
            Assert.Equal(expected, energies.Span[n], 2e-6 * Math.Max(10, Math.Abs(expected)));
            for (int i = 0; i < 4; i++)
            {
                const double h = 1e-5;
                (double[] up, double[] down) = ((double[])state.Clone(), (double[])state.Clone());
                (up[i], down[i]) = (state[i] + h, state[i] - h);
                double slope = (One(up[i], i, temperature) - One(down[i], i, temperature)) / (2 * h);
                Assert.Equal(slope, gradient[n][i], 1e-5 * Math.Max(1, Math.Abs(slope)));
            }
            double log = 0;
            for (int i = 0; i < 4; i++)
                log += Map(state[i], i).Log;
            Assert.Equal(log, energy.LogJacobian(y[n]), 1e-5);
        }
    }

    [Fact]
    public void The_partition_function_stays()
    {
        // ∫ exp(−F/T) dy = ∫ exp(−E/T) dx by sums over fine grids. Those of a smooth integrand that vanishes at both ends are exact.
        const double temperature = 0.5;
        TransformedEnergy energy = new(new BowlEnergy(StateSpace.Box(Shape.Vector(1), -1, 2), 3, 0.7f), temperature);
        const int count = 6001;
        Rows y = TestRows.Empty(count, 1), values = TestRows.Empty(count, 1);
        for (int n = 0; n < count; n++)
            y.Span[n] = (n - 3000) * 0.01f;
        energy.Evaluate(y, values);
        double transformed = 0, plain = 0;
        for (int n = 0; n < count; n++)
            transformed += 0.01 * Math.Exp(-values.Span[n] / temperature);
        for (int n = 0; n < 30_000; n++)
        {
            double x = -1 + (n + 0.5) * 1e-4;
            plain += 1e-4 * Math.Exp(-1.5 * (x - 0.7f) * (x - 0.7f) / temperature);
        }
        Assert.Equal(1, transformed / plain, 1e-5);
    }

    [Fact]
    public void What_cannot_be_transformed_is_refused()
    {
        BowlEnergy spins = new(StateSpace.Spins(Shape.Vector(3)), 1, 0), bowl = new(Space, 1, 0);
        string message = Assert.Throws<InvalidInputException>(() => new TransformedEnergy(spins)).Message;
        Assert.Contains("3, spins", message, StringComparison.Ordinal);
        message = Assert.Throws<InvalidInputException>(() => new TransformedEnergy(new CountEnergy(Space))).Message;
        Assert.Contains("gradient", message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => new TransformedEnergy(bowl, 0));
        Assert.Throws<InvalidInputException>(() => new TransformedEnergy(bowl, double.NaN));
        TransformedEnergy energy = new(bowl);
        Assert.Throws<InvalidInputException>(() => energy.ToStates(TestRows.Empty(1, 3), TestRows.Empty(1, 4)));
        Assert.Throws<InvalidInputException>(() => energy.FromStates(TestRows.Empty(1, 4), TestRows.Empty(1, 3)));
        Assert.Throws<InvalidInputException>(() => energy.LogJacobian([1, 2]));
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(1, 3), TestRows.Empty(1, 1)));
    }

    private static Rows Everywhere()
    {
        Rows y = TestRows.Empty(Walked.Length, 4);
        for (int n = 0; n < Walked.Length; n++)
            y[n].Fill(Walked[n]);
        return y;
    }

    private static double Value(double[] y, double temperature)
    {
        double sum = 0;
        for (int i = 0; i < 4; i++)
            sum += One(y[i], i, temperature);
        return sum;
    }

    private static double One(double y, int number, double temperature)
    {
        (double x, double log) = Map(y, number);
        return (x - 0.3f) * (x - 0.3f) - temperature * log;
    }

    private static (double X, double Log) Map(double y, int number) => number switch
    {
        0 => (y, 0),
        1 => (-0.5 + 1.5 / (1 + Math.Exp(-y)), Math.Log(1.5) - y - 2 * Math.Log(1 + Math.Exp(-y))),
        2 => (3 + Math.Exp(y), y),
        _ => (-Math.Exp(y), y),
    };
}
