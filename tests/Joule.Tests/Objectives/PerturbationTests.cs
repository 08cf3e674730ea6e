using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class PerturbationTests
{
    private const int Draws = 20_000;

    public static TheoryData<int> Numbers => [0, 1, 2];

    // Small spaces, so that every move can be counted.
    private static readonly StateSpace[] Discrete =
    [
        StateSpace.Binary(Shape.Vector(2)), StateSpace.Spins(Shape.Vector(2)), StateSpace.Categorical(Shape.Vector(1), 3),
    ];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Moves_between_two_discrete_states_are_equally_likely_in_both_directions(int number)
    {
        StateSpace space = Discrete[number];
        Perturbation moves = new(space, space.High - space.Low, 0.6, 0.6);
        float[] start = new float[space.Width];
        Array.Fill(start, space.Low);
        float[] end = [.. start];
        end[0] = space.High;
        int there = Times(moves, start, end), back = Times(moves, end, start);
        // A number changes with probability 0.3: 4.5 standard errors of a share of 20,000.
        double expected = space.Domain == Domain.Categorical ? 0.15 : 0.3 * 0.7;
        double error = 4.5 * Math.Sqrt(expected * (1 - expected) / Draws);
        Assert.Equal(expected, there / (double)Draws, error);
        Assert.Equal(expected, back / (double)Draws, error);
    }

    [Fact]
    public void Moves_in_a_box_are_mirrored_and_keep_uniform_states_uniform()
    {
        StateSpace space = StateSpace.Box(Shape.Vector(1), -1, 3);
        Perturbation moves = new(space, 4, 2, 2);
        RandomStream draws = new(4, RandomPurpose.User, 0), starts = draws.At(1);
        int[] counts = new int[10];
        float[] from = new float[1], to = new float[1];
        for (uint i = 0; i < Draws; i++)
        {
            starts.FillUniform(from, i, -1, 3);
            moves.Move(draws, i, 2, from, to);
            Assert.Equal(-1, space.FirstOutside(to));
            counts[Math.Min(9, (int)((to[0] + 1) / 0.4f))]++;
        }
        // A symmetric kernel leaves the uniform distribution invariant: 4.5 standard errors of a count.
        Assert.All(counts, c => Assert.Equal(Draws / 10.0, c, 4.5 * Math.Sqrt(Draws * 0.09)));
    }

    [Fact]
    public void Scales_are_log_uniform_and_noise_has_their_size()
    {
        Perturbation moves = new(StateSpace.Real(Shape.Vector(100)), Math.Sqrt(12) * 5, 0.1, 10);
        RandomStream draws = new(6, RandomPurpose.User, 0);
        double logs = 0;
        for (int i = 0; i < 2000; i++)
        {
            double scale = moves.Scale(draws, i);
            Assert.InRange(scale, 0.1, 10);
            logs += Math.Log(scale) / 2000;
        }
        // A uniform logarithm of width 4.6: the standard error of its mean is 4.6/√(12·2000) = 0.03.
        Assert.Equal(0, logs, 0.14);
        float[] from = new float[100], to = new float[100], centre = new float[100];
        double squares = 0;
        for (uint i = 0; i < 100; i++)
        {
            moves.Move(draws, i, 0.5, from, to);
            squares += to.Sum(x => (double)x * x) / 10_000;
        }
        Assert.Equal(6.25, squares, 4.5 * 6.25 * Math.Sqrt(2.0 / 10_000));
        moves.MoveCentre(draws, 99, 0.5, from, centre);
        Assert.NotEqual(to, centre);
    }

    [Fact]
    public void A_number_that_must_change_changes()
    {
        Perturbation bits = new(Discrete[0], 1, 1, 1), categories = new(Discrete[2], 2, 1, 1);
        Assert.Equal((1, 0), (bits.Change(0, 0, 0.7), bits.Change(1, 1, 0.1)));
        (float, double)[] changes = [(0, 0.2), (0, 0.9), (1, 0.2), (1, 0.9), (2, 0.2), (2, 0.9)];
        Assert.Equal([1, 2, 0, 2, 0, 1], changes.Select(c => categories.Change(0, c.Item1, c.Item2)));
    }

    private static int Times(Perturbation moves, float[] from, float[] target)
    {
        float[] to = new float[from.Length];
        RandomStream draws = new(8, RandomPurpose.User, (ulong)(from[0] + 1));
        int times = 0;
        for (uint i = 0; i < Draws; i++)
        {
            moves.Move(draws, i, 0.6, from, to);
            times += to.AsSpan().SequenceEqual(target) ? 1 : 0;
        }
        return times;
    }
}
