using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class GeneralizedLeapfrogTests
{
    private static readonly RiemannianMonteCarloOptions Exact = new() { Softness = 1, Tolerance = 1e-13, Temperature = 1.3f };

    private static readonly Dictionary<string, ICurved> Energies = new()
    {
        ["funnel"] = new FunnelEnergy(3),
        ["banana"] = new BananaEnergy(2, 2, 0.2),
        ["mixture"] = new GaussianMixtureEnergy([1, 3], [[-2, 0.5], [1, 1]], [0.5, 1]),
        ["double well"] = new DoubleWellEnergy(Shape.Vector(2), 0.3f, 1.5f),
        ["box"] = new BoxedEnergy(new BananaEnergy(2, 2, 0.2), -1.5f, 1.5f),
    };

    public static TheoryData<string> Names() => new(Energies.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_its_own_inverse_with_turned_momenta(string name)
    {
        ICurved energy = Energies[name];
        int solved = 0;
        for (uint draw = 0; draw < 10; draw++)
        {
            GeneralizedLeapfrog leapfrog = Start(energy, draw);
            double[] x = [.. leapfrog.Position], p = [.. leapfrog.Momentum];
            if (!Run(leapfrog, 0.1, 15))
                continue;
            solved++;
            Assert.True(leapfrog.Position.Zip(x, (a, b) => Math.Abs(a - b)).Max() > 0.05);
            Turn(leapfrog);
            Assert.True(Run(leapfrog, 0.1, 15));
            Turn(leapfrog);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(x[i], leapfrog.Position[i], 1e-9);
                Assert.Equal(p[i], leapfrog.Momentum[i], 1e-9);
            }
        }
        Assert.InRange(solved, 7, 10);
    }

    [Theory]
    [InlineData("funnel")]
    [InlineData("banana")]
    [InlineData("mixture")]
    [InlineData("double well")]
    public void Half_the_step_size_gives_a_quarter_of_the_energy_error(string name)
    {
        ICurved energy = Energies[name];
        double coarse = Error(0.02, 25), fine = Error(0.01, 50);
        Assert.InRange(coarse, 1e-7, 0.1);
        Assert.InRange(coarse / fine, 3.8, 4.2);

        double Error(double time, int steps)
        {
            double sum = 0;
            for (uint draw = 0; draw < 10; draw++)
            {
                GeneralizedLeapfrog leapfrog = Start(energy, draw);
                double before = leapfrog.Hamiltonian;
                Assert.True(Run(leapfrog, time, steps));
                sum += (leapfrog.Hamiltonian - before) * (leapfrog.Hamiltonian - before);
            }
            return Math.Sqrt(sum / 10);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_preserves_volume(string name)
    {
        // The determinant of the Jacobian of three steps, by central differences: their error is of the order of 10⁻⁷. The box is
        // started where the trajectory is mirrored at a wall.
        const double step = 1e-5;
        ICurved energy = Energies[name];
        int n = energy.Space.Width;
        double[,] jacobian = new double[2 * n, 2 * n];
        GeneralizedLeapfrog middle = Start(energy, 4);
        if (name == "box")
        {
            double[] given = [1.4, 0.3], momentum = [1.5, 0.4];
            given.CopyTo(middle.Position, 0);
            momentum.CopyTo(middle.Momentum, 0);
        }
        double[] start = [.. middle.Position, .. middle.Momentum];
        for (int j = 0; j < 2 * n; j++)
        {
            double[] up = At(j, step), down = At(j, -step);
            for (int i = 0; i < 2 * n; i++)
                jacobian[i, j] = (up[i] - down[i]) / (2 * step);
        }
        Assert.Equal(1, Math.Abs(Determinant(jacobian)), 1e-5);

        double[] At(int place, double by)
        {
            GeneralizedLeapfrog leapfrog = new(energy, Exact);
            double[] moved = [.. start];
            moved[place] += by;
            moved.AsSpan(0, n).CopyTo(leapfrog.Position);
            moved.AsSpan(n, n).CopyTo(leapfrog.Momentum);
            Assert.True(leapfrog.Evaluate());
            Assert.True(Run(leapfrog, 0.15, 3));
            if (name == "box")
                Assert.True(leapfrog.Momentum[0] < 0);
            return [.. leapfrog.Position, .. leapfrog.Momentum];
        }
    }

    [Fact]
    public void On_a_Gaussian_it_is_the_leapfrog_of_N_0_1()
    {
        // In units of the deviations: kick, drift, kick.
        HarmonicEnergy energy = new(100, 0.01);
        GeneralizedLeapfrog leapfrog = new(energy, new RiemannianMonteCarloOptions { Softness = 1e6 });
        double[] scale = [0.1, 10], x = [1.3, -0.4], p = [0.2, 0.9];
        for (int i = 0; i < 2; i++)
            (leapfrog.Position[i], leapfrog.Momentum[i]) = (x[i] * scale[i], p[i] / scale[i]);
        Assert.True(leapfrog.Evaluate());
        Assert.True(Run(leapfrog, 0.5, 7));
        for (int i = 0; i < 2; i++)
        {
            for (int step = 0; step < 7; step++)
            {
                double half = p[i] - 0.25 * x[i];
                x[i] += 0.5 * half;
                p[i] = half - 0.25 * x[i];
            }
            Assert.Equal(x[i], leapfrog.Position[i] / scale[i], 1e-12);
            Assert.Equal(p[i], leapfrog.Momentum[i] * scale[i], 1e-12);
        }
    }

    [Fact]
    public void Steps_that_cannot_be_solved_or_do_not_lead_back_are_refused()
    {
        ICurved energy = Energies["funnel"];
        int refused = 0, solved = 0;
        for (uint draw = 0; draw < 40; draw++)
        {
            GeneralizedLeapfrog leapfrog = Start(energy, draw);
            if (leapfrog.Step(1.5))
                solved++;
            else
                refused++;
        }
        Assert.InRange(refused, 5, 35);
        Assert.InRange(solved, 5, 35);
        GeneralizedLeapfrog once = new(energy, Exact with { MaxIterations = 1 });
        Start(energy, 1).Position.CopyTo(once.Position, 0);
        once.Momentum[0] = 1;
        Assert.True(once.Evaluate());
        Assert.False(once.Step(0.1));
    }

    private static GeneralizedLeapfrog Start(ICurved energy, uint draw)
    {
        int n = energy.Space.Width;
        GeneralizedLeapfrog leapfrog = new(energy, Exact);
        float[] numbers = new float[n];
        new RandomStream(8, RandomPurpose.User, 0).FillNormal(numbers, draw);
        for (int i = 0; i < n; i++)
            leapfrog.Position[i] = Math.Clamp(0.6 * numbers[i], energy.Space.Low, energy.Space.High);
        Assert.True(leapfrog.Evaluate());
        new RandomStream(9, RandomPurpose.User, 0).FillNormal(numbers, draw);
        leapfrog.Metric.Draw(numbers, leapfrog.Momentum);
        return leapfrog;
    }

    private static bool Run(GeneralizedLeapfrog leapfrog, double time, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            if (!leapfrog.Step(time))
                return false;
        }
        return true;
    }

    private static void Turn(GeneralizedLeapfrog leapfrog)
    {
        for (int i = 0; i < leapfrog.Momentum.Length; i++)
            leapfrog.Momentum[i] = -leapfrog.Momentum[i];
    }

    // By elimination with pivots.
    private static double Determinant(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double determinant = 1;
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(matrix[i, k]));
            for (int j = 0; j < n; j++)
                (matrix[k, j], matrix[pivot, j]) = (matrix[pivot, j], matrix[k, j]);
            determinant *= pivot == k ? matrix[k, k] : -matrix[k, k];
            for (int i = k + 1; i < n; i++)
            {
                double factor = matrix[i, k] / matrix[k, k];
                for (int j = k; j < n; j++)
                    matrix[i, j] -= factor * matrix[k, j];
            }
        }
        return determinant;
    }
}
