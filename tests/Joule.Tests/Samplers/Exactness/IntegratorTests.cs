using Joule.Compute;
using Joule.Energies;
using Joule.States;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// The leapfrog: it is reversible, it keeps volume, also where walls reflect, and its energy error is of order 2. The accept test of the
/// samplers relies on the first two.
/// </summary>
public sealed class IntegratorTests
{
    private const int Width = 3;

    // Without and with a metric, without and with walls.
    public static MatrixTheoryData<bool, bool> Maps() => new([false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Maps))]
    public void It_is_reversible(bool metric, bool walls)
    {
        const int count = 50;
        LeapfrogMap map = Map(metric, walls, 0.05f);
        (Rows positions, Rows momenta) = Starts(count, walls);
        double[] position = TestRows.Doubles(positions.Span), momentum = TestRows.Doubles(momenta.Span);
        map.Run(positions, momenta, 40);
        Assert.InRange(TestRows.RelativeError(positions.Span, position), 0.5, 5);
        LeapfrogMap.Turn(momenta);
        map.Run(positions, momenta, 40);
        LeapfrogMap.Turn(momenta);
        // Rounding errors of 80 steps, amplified by the motion in a well.
        Assert.InRange(TestRows.RelativeError(positions.Span, position), 0, 1e-4);
        Assert.InRange(TestRows.RelativeError(momenta.Span, momentum), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void It_keeps_volume(bool metric, bool walls)
    {
        // Central differences of 1/64 have errors of 10⁻⁴ from float32 and, without walls, of the third derivative. Where a wall lies
        // between two neighbours, the map has a kink and differences say nothing: hence the median over states.
        LeapfrogMap map = Map(metric, walls, 0.1f);
        double[] determinants = [.. Enumerable.Range(0, 101).Select(state => Determinant(map, walls, state, 1)).Order()];
        Assert.Equal(1, determinants[50], 0.005);
        Assert.InRange(determinants.Count(d => Math.Abs(d - 1) < 0.02), 60, 101);
        // A map that lost a hundredth of each momentum would be seen.
        double[] damped = [.. Enumerable.Range(0, 101).Select(state => Determinant(map, walls, state, 0.99f)).Order()];
        Assert.Equal(Math.Pow(0.99, Width), damped[50], 0.005);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Half_the_step_size_gives_a_quarter_of_the_energy_error(bool metric)
    {
        double coarse = Error(0.04f, 25), fine = Error(0.02f, 50), finest = Error(0.01f, 100);
        Assert.InRange(coarse / fine, 3.8, 4.2);
        Assert.InRange(fine / finest, 3.6, 4.4);

        double Error(float step, int steps)
        {
            LeapfrogMap map = Map(metric, walls: false, step);
            (Rows positions, Rows momenta) = Starts(200, walls: false);
            double[] before = map.Hamiltonians(positions, momenta);
            map.Run(positions, momenta, steps);
            return Math.Sqrt(map.Hamiltonians(positions, momenta).Zip(before, (a, b) => (a - b) * (a - b)).Average());
        }
    }

    [Fact]
    public void Walls_reflect_on_the_way()
    {
        // What the tests with walls rely on: most trajectories meet one. Without the force of a wall they would leave the box.
        (Rows positions, Rows momenta) = Starts(50, walls: true);
        double[] momentum = TestRows.Doubles(momenta.Span);
        new LeapfrogMap(new SlopeEnergy(Width, 0, -1, 1), 0.1f, []).Run(positions, momenta, 10);
        Assert.InRange(momentum.Zip(momenta.Span.ToArray()).Count(p => p.First == -p.Second), 30, 120);
        Assert.All(positions.Span.ToArray(), x => Assert.InRange(x, -1, 1));
    }

    private static LeapfrogMap Map(bool metric, bool walls, float step)
    {
        Energy energy = walls
            ? new BowlEnergy(StateSpace.Box(Shape.Vector(Width), -1, 1), 2, 0.3f)
            : new DoubleWellEnergy(Shape.Vector(Width), 1, 1);
        return new LeapfrogMap(energy, step, metric ? [0.7f, 1, 1.4f] : []);
    }

    private static (Rows Positions, Rows Momenta) Starts(int count, bool walls)
    {
        Rows positions = TestRows.Normal(count, Width, 1), momenta = TestRows.Normal(count, Width, 2);
        foreach (ref float x in positions.Span)
            x = walls ? MathF.Tanh(x) : x;
        return (positions, momenta);
    }

    /// <summary>The determinant of the Jacobian of ten steps at a state, after which momenta are multiplied by a factor.</summary>
    private static double Determinant(LeapfrogMap map, bool walls, int state, float factor)
    {
        const float h = 1 / 64f;
        const int size = 2 * Width;
        (Rows starts, Rows momentum) = Starts(101, walls);
        // Rows 2k and 2k + 1 are the neighbours along direction k.
        Rows positions = TestRows.Empty(2 * size, Width), momenta = TestRows.Empty(2 * size, Width);
        for (int i = 0; i < 2 * size; i++)
        {
            starts[state].CopyTo(positions[i]);
            momentum[state].CopyTo(momenta[i]);
            Span<float> moved = i / 2 < Width ? positions[i] : momenta[i];
            moved[i / 2 % Width] += i % 2 == 0 ? h : -h;
        }
        map.Run(positions, momenta, 10);
        return Matrix<double>.Build.Dense(size, size, (row, column) =>
        {
            Rows of = row < Width ? positions : momenta;
            float change = of[2 * column][row % Width] - of[2 * column + 1][row % Width];
            return (row < Width ? 1 : factor) * change / (2 * h);
        }).Determinant();
    }
}
