using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>Rules for every noise distribution: it is normalised, and its draws have its density.</summary>
public sealed class NoiseSourceTests
{
    private const int Draws = 4000;

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (NamedType noise in Catalogue.Of(typeof(NoiseOptions)))
                foreach (string space in Spaces.Keys)
                    all.Add(noise.Named.Name, space);
            return all;
        }
    }

    private static Dictionary<string, (StateSpace Space, float[][] Rows)> Spaces { get; } = new()
    {
        ["real"] = (StateSpace.Real(Shape.Vector(2)), Rows(i => 2 + MathF.Sin(i), i => -1 + 0.4f * MathF.Cos(2.4f * i))),
        ["box"] = (StateSpace.Box(Shape.Vector(2), 0, 1), Rows(i => i % 3 == 0 ? 0 : 0.2f + 0.1f * MathF.Sin(i), i => i % 7 / 6f)),
        ["binary"] = (StateSpace.Binary(Shape.Vector(3)), Rows(i => i % 2, i => i % 3 == 0 ? 1 : 0, i => i % 5 == 0 ? 1 : 0)),
        ["spins"] = (StateSpace.Spins(Shape.Vector(2)), Rows(i => i % 3 == 0 ? -1 : 1, i => i % 5 == 0 ? 1 : -1)),
        ["categorical"] = (StateSpace.Categorical(Shape.Vector(2), 4), Rows(i => i % 4, i => i % 5 == 0 ? 3 : 1)),
        ["columns"] = (StateSpace.Mixed([
            new ColumnDomain(Domain.Box, 0, float.PositiveInfinity), new ColumnDomain(Domain.Binary, 0, 1),
            new ColumnDomain(Domain.Categorical, 0, 2)]), Rows(i => 0.5f + 0.5f * MathF.Sin(i), i => i % 3 == 0 ? 1 : 0, i => i % 3)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_density_integrates_to_1(string name, string space)
    {
        NoiseSource noise = New(name, space);
        double sum = 0;
        foreach ((float[] state, double volume) in Grid(Spaces[space].Space))
            sum += volume * Math.Exp(LogDensity(noise, state));
        // The midpoint rule is exact for sums over discrete states; at the edge of a uniform range it is off by up to a cell on each side.
        Assert.Equal(1, sum, name == "uniform" ? 0.02 : 2e-3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Draws_lie_in_the_space_and_have_the_moments_of_the_density(string name, string space)
    {
        StateSpace s = Spaces[space].Space;
        NoiseSource noise = New(name, space);
        RandomStream draws = new(5, RandomPurpose.User, 1);
        double[] means = new double[s.Width], squares = new double[s.Width];
        float[] state = new float[s.Width];
        for (uint i = 0; i < Draws; i++)
        {
            noise.Draw(draws, i, state);
            Assert.Equal(-1, s.FirstOutside(state));
            Assert.True(double.IsFinite(LogDensity(noise, state)));
            for (int j = 0; j < s.Width; j++)
            {
                means[j] += state[j] / (double)Draws;
                squares[j] += (double)state[j] * state[j] / Draws;
            }
        }
        double[] exactMeans = new double[s.Width], exactSquares = new double[s.Width], fourths = new double[s.Width];
        foreach ((float[] at, double volume) in Grid(s))
        {
            double p = volume * Math.Exp(LogDensity(noise, at));
            for (int j = 0; j < s.Width; j++)
            {
                exactMeans[j] += p * at[j];
                exactSquares[j] += p * at[j] * at[j];
                fourths[j] += p * Math.Pow(at[j], 4);
            }
        }
        for (int j = 0; j < s.Width; j++)
        {
            // Four and a half standard errors of the mean of 4,000 draws, and what the grid leaves out.
            double variance = exactSquares[j] - exactMeans[j] * exactMeans[j], ofSquares = fourths[j] - exactSquares[j] * exactSquares[j];
            Assert.Equal(exactMeans[j], means[j], 4.5 * Math.Sqrt(Math.Max(variance, 0) / Draws) + 0.01);
            Assert.Equal(exactSquares[j], squares[j], 4.5 * Math.Sqrt(Math.Max(ofSquares, 0) / Draws) + 0.02 * exactSquares[j] + 0.01);
        }
    }

    [Fact]
    public void A_mixture_of_few_kernels_lies_where_the_data_are()
    {
        (StateSpace space, _) = Spaces["real"];
        ArrayStates two = new("two places", space, [.. Enumerable.Range(0, 100).Select(i => (float[])[i % 2 == 0 ? -5 : 5, i % 2])]);
        NoiseSource mixture = new MixtureNoiseOptions { Spread = 0.2 }.Create(new NoiseContext(space, two, 17, 3)),
            gaussian = new GaussianNoiseOptions().Create(new NoiseContext(space, two, 17, 3));
        double between = LogDensity(mixture, [0, 0.5f]), at = LogDensity(mixture, [5, 1]);
        Assert.True(at - between > 2, $"{at} at the data, {between} between them");
        Assert.True(LogDensity(gaussian, [0, 0.5f]) > LogDensity(gaussian, [5, 1]));
    }

    [Fact]
    public void Data_that_are_not_finite_are_refused()
    {
        (StateSpace space, _) = Spaces["real"];
        ArrayStates bad = new("made up", space, [[0, 1], [float.NaN, 2]]);
        Refused.With(() => new GaussianNoiseOptions().Create(new NoiseContext(space, bad, 1, 1)), "made up", "row 1", "NaN");
    }

    private static NoiseSource New(string name, string space)
    {
        (StateSpace s, float[][] rows) = Spaces[space];
        ArrayStates set = new("made up", s, rows);
        Type type = Catalogue.Of(typeof(NoiseOptions)).Single(n => n.Named.Name == name).Type;
        return ((NoiseOptions)Activator.CreateInstance(type)!).Create(new NoiseContext(s, set, StateWidth.Of(set), 7));
    }

    private static double LogDensity(NoiseSource noise, float[] state) => noise.LogDensity(state, new double[noise.Scratch]);

    private static float[][] Rows(params Func<int, float>[] columns) =>
        [.. Enumerable.Range(0, 60).Select(i => (float[])[.. columns.Select(c => c(i))])];

    // All discrete states, or the midpoints of cells that hold nearly all of the density.
    private static IEnumerable<(float[] State, double Volume)> Grid(StateSpace space)
    {
        IEnumerable<(float[] State, double Volume)> all = [([], 1)];
        for (int j = 0; j < space.Width; j++)
        {
            ColumnDomain column = space.Columns?[j] ?? new ColumnDomain(space.Domain, space.Low, space.High);
            (float Value, double Volume)[] values = column.Domain switch
            {
                Domain.Binary or Domain.Spins => [(column.Low, 1), (column.High, 1)],
                Domain.Categorical => [.. Enumerable.Range(0, (int)column.High + 1).Select(v => ((float)v, 1.0))],
                _ => Cells(float.IsFinite(column.Low) ? column.Low : -8, float.IsFinite(column.High) ? column.High : 10),
            };
            all = [.. all.SelectMany(a => values.Select(v => ((float[])[.. a.State, v.Value], a.Volume * v.Volume)))];
        }
        return all;
    }

    private static (float, double)[] Cells(double low, double high)
    {
        const int count = 300;
        double width = (high - low) / count;
        return [.. Enumerable.Range(0, count).Select(i => ((float)(low + (i + 0.5) * width), width))];
    }
}
