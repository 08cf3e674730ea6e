using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class EightSchoolsEnergyTests
{
    // posteriordb (Magnusson et al. 2024, arXiv:2407.04967), reference posterior eight_schools-eight_schools_noncentered: the means of
    // theta[1] … theta[8] and mu with their Monte Carlo
    // standard errors, and for tau.
    private static readonly (double Mean, double Error)[] Published =
    [
        (6.1505, 0.0557), (4.9396, 0.0462), (3.9059, 0.0542), (4.7960, 0.0475), (3.6144, 0.0461),
        (4.0511, 0.0485), (6.3172, 0.0499), (4.8840, 0.0543), (4.4105, 0.0330),
    ];

    // The same database, eight_schools-eight_schools_centered: the means of their squares.
    private static readonly (double Mean, double Error)[] PublishedSquares =
    [
        (69.363, 1.169), (45.979, 0.635), (43.139, 0.654), (45.761, 0.619), (34.358, 0.455),
        (39.413, 0.539), (64.933, 0.922), (52.128, 0.902), (30.403, 0.335),
    ];

    [Fact]
    public void Answers_are_within_four_standard_errors_of_the_published_ones()
    {
        EightSchoolsEnergy centred = new(true);
        for (int k = 0; k < 9; k++)
        {
            int number = k < 8 ? k + 2 : 0;
            double mean = centred.Mean(number)!.Value;
            Assert.Equal(Published[k].Mean, mean, 4 * Published[k].Error);
            double square = centred.Covariance(number, number)!.Value + mean * mean;
            Assert.Equal(PublishedSquares[k].Mean, square, 4 * PublishedSquares[k].Error);
        }
        Assert.Equal(3.6021, centred.MeanTau, 4 * 0.0319);
    }

    [Fact]
    public void The_other_prior_has_the_answers_of_the_inference_gym()
    {
        // Average effect 5.760 ± 5.465, ln of the deviation 2.453 ± 0.515: to three digits, with errors of about 0.3% of a deviation.
        IKnown energy = new EightSchoolsEnergy(false, EightSchoolsPrior.LogNormal);
        Assert.Equal(5.760, energy.Mean(0)!.Value, 0.06);
        Assert.Equal(5.465, energy.Deviation(0)!.Value, 0.06);
        Assert.Equal(2.453, energy.Mean(1)!.Value, 0.006);
        Assert.Equal(0.515, energy.Deviation(1)!.Value, 0.006);
    }

    [Theory]
    [InlineData(EightSchoolsPrior.HalfCauchy)]
    [InlineData(EightSchoolsPrior.LogNormal)]
    public void Both_forms_have_one_evidence_and_their_energies_differ_by_the_change_of_numbers(EightSchoolsPrior prior)
    {
        EightSchoolsEnergy centred = new(true, prior), free = new(false, prior);
        Assert.Equal(centred.LogPartition!.Value, free.LogPartition!.Value, 1e-12);
        Assert.Equal(centred.Mean(0)!.Value, free.Mean(0)!.Value, 1e-12);
        Assert.Equal(centred.Covariance(1, 1)!.Value, free.Covariance(1, 1)!.Value, 1e-12);
        // dθ = τ⁸ dη.
        double[] eta = [3, 0.7, 1, -1, 0.5, 0, 2, -0.3, 0.1, -2];
        double[] theta = [3, 0.7, .. eta[2..].Select(e => 3 + Math.Exp(0.7) * e)];
        Assert.Equal(free.Value(eta, []), centred.Value(theta, []) - 8 * 0.7, 1e-10);
    }

    [Fact]
    public void The_evidence_is_the_integral_of_the_energy()
    {
        // What stays after the schools' numbers are integrated out is ∫ Πⱼ N(yⱼ; μ, σⱼ² + τ²): the energy at its lowest in η, and a
        // determinant, for each μ and ln τ.
        EightSchoolsEnergy energy = new();
        QuadratureResult result = Quadrature.Of(new Marginal(energy), [(-45, 45), (-25, 12)], 1e-7);
        Assert.Equal(energy.LogPartition!.Value, result.LogPartition, 1e-6);
        Assert.Equal(energy.Mean(0)!.Value, result.Means[0], 1e-6);
        Assert.Equal(energy.Mean(1)!.Value, result.Means[1], 1e-6);
        Assert.Equal(energy.Covariance(0, 1)!.Value, result.Covariances[0, 1], 1e-6);
    }

    [Fact]
    public void Numbers_are_named_as_in_the_literature()
    {
        IKnown centred = new EightSchoolsEnergy(true), free = new EightSchoolsEnergy();
        Assert.Equal(["mu", "log_tau", "theta[1]", "theta[8]", "eta[8]"],
            [.. new[] { 0, 1, 2, 9 }.Select(centred.ParameterName), free.ParameterName(9)]);
    }

    // The energy is quadratic in η with no cross terms: each one's integral follows from the energy at −1, 0 and 1.
    private sealed class Marginal(EightSchoolsEnergy inner) : FormulaEnergy
    {
        public override Joule.States.StateSpace Space { get; } = Joule.States.StateSpace.Real(Joule.States.Shape.Vector(2));

        public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
        {
            double[] x = new double[10];
            state.CopyTo(x);
            double middle = inner.Value(x, []), value = middle;
            for (int j = 2; j < 10; j++)
            {
                x[j] = 1;
                double up = inner.Value(x, []);
                x[j] = -1;
                double down = inner.Value(x, []);
                x[j] = 0;
                double curvature = up + down - 2 * middle, slope = (up - down) / 2;
                value += -0.5 * slope * slope / curvature - 0.5 * Math.Log(2 * Math.PI / curvature);
            }
            return value;
        }
    }
}
