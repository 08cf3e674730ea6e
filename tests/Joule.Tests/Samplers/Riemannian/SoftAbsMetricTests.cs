using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class SoftAbsMetricTests
{
    private const double Temperature = 1.7;

    private static readonly Dictionary<string, ICurved> Energies = new()
    {
        ["funnel"] = new FunnelEnergy(4),
        ["banana"] = new BananaEnergy(3, 2, 0.2),
        ["mixture"] = new GaussianMixtureEnergy([1, 3], [[-2, 0.5, 0], [1, 1, 2]], [0.5, 1]),
        ["rosenbrock"] = new RosenbrockEnergy(2, 2, 0.5, 2, 0.5),
        ["double well"] = new DoubleWellEnergy(Shape.Vector(3), 1, 1.5f),
        ["rastrigin"] = new RastriginEnergy(3, 2, 1.5f),
    };

    public static TheoryData<string, double> Cases()
    {
        TheoryData<string, double> cases = [];
        foreach (string name in Energies.Keys)
        {
            cases.Add(name, 0.5);
            cases.Add(name, 5);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Velocity_and_force_are_the_slopes_of_the_Hamiltonian(string name, double softness)
    {
        // Central differences in float64: with steps of 10⁻⁶, rounding leaves errors of 10⁻⁹ and higher derivatives of 10⁻⁶ of a force.
        ICurved energy = Energies[name];
        int n = energy.Space.Width;
        SoftAbsMetric metric = new(energy, softness, Temperature), other = new(energy, softness, Temperature);
        for (uint draw = 0; draw < 6; draw++)
        {
            double[] x = Numbers(n, draw, 0.7), p = Numbers(n, 100 + draw, 1), velocity = new double[n], force = new double[n];
            Assert.True(metric.MoveTo(x) && metric.Complete());
            metric.Velocity(p, velocity);
            metric.Force(p, force);
            double size = 1 + force.Max(Math.Abs);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(Slope(x, p, i, ofMomentum: true), velocity[i], 1e-6 * (1 + velocity.Max(Math.Abs)));
                Assert.Equal(Slope(x, p, i, ofMomentum: false), force[i], 1e-5 * size);
            }
        }

        double Slope(double[] x, double[] p, int place, bool ofMomentum)
        {
            const double step = 1e-6;
            return (H(x, p, place, step, ofMomentum) - H(x, p, place, -step, ofMomentum)) / (2 * step);
        }

        double H(double[] x, double[] p, int place, double by, bool ofMomentum)
        {
            (double[] there, double[] momentum) = ([.. x], [.. p]);
            (ofMomentum ? momentum : there)[place] += by;
            Assert.True(other.MoveTo(there) && other.Complete());
            return other.Potential + other.Kinetic(momentum);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Momenta_have_the_covariance_of_the_metric(string name, double softness)
    {
        // p = Az has the covariance G exactly if ½pᵀG⁻¹p = ½zᵀz for every z; and lengths are those of G.
        ICurved energy = Energies[name];
        int n = energy.Space.Width;
        SoftAbsMetric metric = new(energy, softness, Temperature);
        Assert.True(metric.MoveTo(Numbers(n, 3, 0.7)));
        double[] p = new double[n], velocity = new double[n];
        for (uint draw = 0; draw < 5; draw++)
        {
            float[] z = new float[n];
            new RandomStream(7, RandomPurpose.User, 0).FillNormal(z, draw);
            metric.Draw(z, p);
            double norm = z.Sum(v => (double)v * v);
            Assert.Equal(norm / 2, metric.Kinetic(p), 1e-12 * (1 + norm));
            metric.Velocity(p, velocity);
            Assert.Equal(Math.Sqrt(norm), metric.Length(velocity), 1e-11 * (1 + norm));
            Assert.Equal(norm, p.Zip(velocity, (a, b) => a * b).Sum(), 1e-11 * (1 + norm));
        }
    }

    [Fact]
    public void On_a_convex_energy_it_is_the_Hessian()
    {
        // So for a logistic regression it is the Fisher information plus the prior's precision, as in Girolami and Calderhead 2011.
        ICurved energy = (ICurved)new LogisticRegressionOptions().Create();
        double[] x = [-1.2, -1.5], gradient = new double[2], hessian = new double[4];
        double value = energy.Curvature(x, gradient, hessian);
        SoftAbsMetric metric = new(energy, 1e6, 1);
        Assert.True(metric.MoveTo(x) && metric.Complete());
        double determinant = hessian[0] * hessian[3] - hessian[1] * hessian[2];
        Assert.Equal(value + 0.5 * Math.Log(determinant), metric.Potential, 1e-12);
        double[] d = [0.3, -0.8];
        double form = hessian[0] * d[0] * d[0] + 2 * hessian[1] * d[0] * d[1] + hessian[3] * d[1] * d[1];
        Assert.Equal(Math.Sqrt(form), metric.Length(d), 1e-12);
    }

    [Fact]
    public void Beyond_walls_everything_is_a_mirror_image()
    {
        // Two numbers that interact, in a box: the one beyond a wall is mirrored, and its momentum, velocity and force change sign.
        BoxedEnergy energy = new(new BananaEnergy(2, 2, 0.2), -1, 1.5f);
        SoftAbsMetric inside = new(energy, 2, 1), beyond = new(energy, 2, 1);
        (double There, double Place, double Sign)[] places = [(1.9, 1.1, -1), (-1.4, -0.6, -1), (4.3, -0.7, 1)];
        foreach ((double there, double place, double sign) in places)
        {
            double[] p = [0.4, -1.3], q = [0.4, sign * -1.3], v = new double[2], w = new double[2];
            Assert.True(inside.MoveTo([0.2, place]) && inside.Complete());
            Assert.True(beyond.MoveTo([0.2, there]) && beyond.Complete());
            Assert.Equal(place, beyond.Place[1], 1e-12);
            Assert.Equal(sign, beyond.Signs[1]);
            Assert.Equal(inside.Potential, beyond.Potential, 1e-12);
            Assert.Equal(inside.Kinetic(p), beyond.Kinetic(q), 1e-12);
            inside.Velocity(p, v);
            beyond.Velocity(q, w);
            Assert.Equal(v[0], w[0], 1e-12);
            Assert.Equal(v[1], sign * w[1], 1e-12);
            inside.Force(p, v);
            beyond.Force(q, w);
            Assert.Equal(v[0], w[0], 1e-12);
            Assert.Equal(v[1], sign * w[1], 1e-12);
        }
    }

    [Fact]
    public void What_is_not_finite_is_reported()
    {
        SoftAbsMetric metric = new(new FunnelEnergy(3), 1, 1);
        Assert.True(metric.MoveTo([1, 2, 3]));
        Assert.False(metric.MoveTo([-2000, 1, 1]));
        Assert.False(metric.MoveTo([0, double.NaN, 1]));
    }

    private static double[] Numbers(int n, uint draw, double scale)
    {
        float[] drawn = new float[n];
        new RandomStream(6, RandomPurpose.User, 0).FillNormal(drawn, draw);
        return [.. drawn.Select(v => scale * v)];
    }
}
