using Joule.Compute;
using Joule.States;
using Xunit;

namespace Joule.Tests.States;

public sealed class StateSpaceTests
{
    private const int States = 4000;

    private static readonly ColumnDomain[] Columns =
    [
        ColumnDomain.Real, new(Domain.Box, -1, 3), new(Domain.Binary, 0, 1), new(Domain.Spins, -1, 1), new(Domain.Categorical, 0, 4),
            ColumnDomain.Real,
    ];

    // Mean, variance and fourth central moment of the noise of each domain, in closed form.
    private static readonly Dictionary<Domain, (double Mean, double Variance, double Fourth)> Moments = new()
    {
        [Domain.Real] = (0, 1, 3),
        [Domain.Box] = (1, 16 / 12.0, 256 / 80.0), // uniform on [−1, 3]: w²/12 and w⁴/80
        [Domain.Binary] = (0.5, 0.25, 1 / 16.0),
        [Domain.Spins] = (0, 1, 1),
        [Domain.Categorical] = (2, 2, 34 / 5.0), // 0 … 4
    };

    public static TheoryData<Domain> Domains() => [.. Moments.Keys];

    [Theory]
    [MemberData(nameof(Domains))]
    public void Noise_has_the_moments_of_its_distribution(Domain domain)
    {
        // 4,000 states of 6 numbers: n = 24,000. Five standard errors: √(v/n) of a mean, √((μ₄ − v²)/n) of a variance, plus 2⁻³² where that
        // is 0.
        StateSpace space = Of(domain);
        double[] x = TestRows.Doubles(Noise(space).Span);
        (double mean, double variance, double fourth) = Moments[domain];
        Assert.Equal(mean, x.Average(), 5 * Math.Sqrt(variance / x.Length));
        Assert.Equal(variance, x.Average(v => (v - mean) * (v - mean)),
            (5 * Math.Sqrt((fourth - (variance * variance)) / x.Length)) + 1e-9);
    }

    [Fact]
    public void Mixed_columns_have_the_moments_of_their_domains_and_are_independent()
    {
        Rows noise = Noise(StateSpace.Mixed(Columns));
        double[][] columns = [.. Enumerable.Range(0, Columns.Length).Select(c =>
            Enumerable.Range(0, States).Select(i => (double)noise[i][c]).ToArray())];
        for (int c = 0; c < Columns.Length; c++)
        {
            (double mean, double variance, double fourth) = Moments[Columns[c].Domain];
            Assert.Equal(mean, columns[c].Average(), 5 * Math.Sqrt(variance / States));
            Assert.Equal(variance, columns[c].Average(v => (v - mean) * (v - mean)),
                (5 * Math.Sqrt((fourth - (variance * variance)) / States)) + 1e-3);
            for (int other = 0; other < c; other++)
            {
                // Five standard errors of a correlation of independent numbers, 1/√n.
                (double second, double spread, _) = Moments[Columns[other].Domain];
                double correlation = columns[c].Zip(columns[other], (a, b) =>
                    (a - mean) * (b - second)).Average() / Math.Sqrt(variance * spread);
                Assert.Equal(0, correlation, 5 / Math.Sqrt(States));
            }
        }
    }

    [Fact]
    public void A_column_s_noise_does_not_depend_on_the_other_domains()
    {
        ColumnDomain[] changed = [.. Columns];
        changed[1] = ColumnDomain.Real;
        Rows before = Noise(StateSpace.Mixed(Columns)), after = Noise(StateSpace.Mixed(changed));
        for (int i = 0; i < 100; i++)
        {
            for (int c = 0; c < Columns.Length; c++)
                Assert.Equal(c != 1, before[i][c].Equals(after[i][c]));
        }
    }

    [Fact]
    public void Noise_depends_on_stream_and_chain_and_lies_in_the_domain()
    {
        foreach (StateSpace space in Moments.Keys.Select(Of).Append(StateSpace.Mixed(Columns)))
        {
            float[] one = new float[space.Width], two = new float[space.Width];
            RandomStream stream = new(1, RandomPurpose.User, 4);
            space.FillNoise(stream, 7, one);
            space.FillNoise(stream, 7, two);
            Assert.Equal(one, two);
            Assert.Equal(-1, space.FirstOutside(one));
            // Twenty other chains: the probability that all have the same six bits is negligible.
            Assert.Contains(Enumerable.Range(8, 20), chain =>
            {
                space.FillNoise(stream, (uint)chain, two);
                return !one.AsSpan().SequenceEqual(two);
            });
            Assert.False(string.IsNullOrWhiteSpace(space.Noise));
        }
    }

    [Theory]
    [InlineData(3, float.PositiveInfinity, 1)]
    [InlineData(float.NegativeInfinity, -2, -1)]
    public void Noise_beside_a_single_wall_is_normal_mirrored_at_it(float low, float high, int side)
    {
        // The absolute value of a normal number has mean √(2/π) and variance 1 − 2/π; 4,000 draws, five standard errors.
        const int count = 4000;
        float wall = side > 0 ? low : high;
        StateSpace space = StateSpace.Box(Shape.Vector(count), low, high);
        float[] x = new float[count], mixed = new float[count];
        space.FillNoise(new RandomStream(1, RandomPurpose.User, 0), 7, x);
        Assert.Equal(-1, space.FirstOutside(x));
        Assert.Equal(Math.Sqrt(2 / Math.PI), x.Average(v => side * (v - (double)wall)), 5 * Math.Sqrt((1 - 2 / Math.PI) / count));
        StateSpace columns = StateSpace.Mixed([.. Enumerable.Repeat(new ColumnDomain(Domain.Box, low, high), count)]);
        columns.FillNoise(new RandomStream(1, RandomPurpose.User, 0), 7, mixed);
        Assert.Equal(x, mixed);
        Assert.Contains("mirrored", space.Noise, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_of_a_box_is_the_uniform_draws_of_its_chain()
    {
        StateSpace space = StateSpace.Box(Shape.Vector(70), -2, 5);
        RandomStream stream = new(1, RandomPurpose.User, 4);
        float[] noise = new float[70], uniform = new float[70];
        space.FillNoise(stream, 3, noise);
        stream.FillUniform(uniform, 3, -2, 5);
        Assert.True(TestRows.SameBits(uniform, noise));
    }

    [Fact]
    public void Clamping_brings_every_number_into_its_domain_and_the_first_outside_is_found()
    {
        StateSpace space = StateSpace.Mixed(Columns);
        float[] state = [1e9f, 7, 0.6f, -0.2f, 3.6f, -2];
        Assert.Equal(1, space.FirstOutside(state));
        space.Clamp(state);
        Assert.Equal([1e9f, 3, 1, -1, 4, -2], state);
        Assert.Equal(-1, space.FirstOutside(state));
        state[5] = float.NaN;
        space.Clamp(state);
        Assert.Equal(5, space.FirstOutside(state));
        Assert.True(float.IsNaN(state[5]));
    }

    [Fact]
    public void Continuous_spaces_and_spaces_with_walls_are_distinguished()
    {
        Assert.Equal([true, true, false, false, false], Moments.Keys.Select(d => Of(d).IsContinuous));
        Assert.Equal([false, true, true, true, true], Moments.Keys.Select(d => Of(d).HasWalls));
        Assert.True(StateSpace.Mixed([ColumnDomain.Real, new(Domain.Box, 0, 1)]).IsContinuous);
        Assert.False(StateSpace.Mixed(Columns).IsContinuous);
        Assert.Equal(StateSpace.Mixed(Columns), StateSpace.Mixed([.. Columns]));
        Assert.NotEqual(StateSpace.Mixed(Columns), StateSpace.Mixed(Columns[..5]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, float.NaN)]
    public void An_empty_domain_is_refused(float low, float high)
    {
        Assert.Throws<InvalidInputException>(() => StateSpace.Box(Shape.Vector(2), low, high));
        Assert.Throws<InvalidInputException>(() => StateSpace.Mixed([ColumnDomain.Real, new ColumnDomain(Domain.Box, low, high)]));
    }

    private static StateSpace Of(Domain domain) => domain switch
    {
        Domain.Real => StateSpace.Real(Shape.Vector(6)),
        Domain.Box => StateSpace.Box(Shape.Vector(6), -1, 3),
        Domain.Binary => StateSpace.Binary(Shape.Vector(6)),
        Domain.Spins => StateSpace.Spins(Shape.Vector(6)),
        _ => StateSpace.Categorical(Shape.Vector(6), 5),
    };

    private static Rows Noise(StateSpace space)
    {
        Rows rows = TestRows.Empty(States, space.Width);
        for (int i = 0; i < States; i++)
            space.FillNoise(new RandomStream(1, RandomPurpose.User, 0), (uint)i, rows[i]);
        return rows;
    }
}
