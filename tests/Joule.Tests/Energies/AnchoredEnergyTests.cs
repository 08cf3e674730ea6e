using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>A network beside a blurred mixture, besides the contract of all energies.</summary>
public sealed class AnchoredEnergyTests : IDisposable
{
    private static readonly StateSpace Plane = StateSpace.Real(Shape.Vector(2));

    private readonly Device _device = Device.Cpu(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_energy_is_that_of_the_mixture_by_its_weight_and_the_network()
    {
        // The mixture of FactorMixtureTests' kind, with variances that are larger by σ² = 0.16; float32 energies of order 10.
        using AnchoredEnergy energy = AnchoredEnergies.Of(_device, Plane, 0.4, 0.7), alone = AnchoredEnergies.Of(_device, Plane, 0, 0);
        FactorShape shape = new(2, 1, 2);
        using DeviceBuffer memory = _device.Allocate(shape.Length);
        float[] numbers = [.. AnchoredEnergies.Mixture];
        for (int i = 6; i < 10; i++)
            numbers[i] += 0.16f;
        _device.Upload(numbers, memory.AsRows(1, numbers.Length));
        using FactorMixture mixture = new(_device, Plane, shape, memory.AsRows(1, numbers.Length));
        mixture.Commit();
        Rows states = TestRows.Normal(50, 2, 3), all = TestRows.Empty(50, 1), own = TestRows.Empty(50, 1), bases = TestRows.Empty(50, 1);
        energy.Evaluate(states, all);
        alone.Evaluate(states, own);
        mixture.Energies(states, bases, default);
        for (int i = 0; i < 50; i++)
            Assert.Equal(0.7 * bases.Span[i] + own.Span[i], all.Span[i], 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void A_pass_along_directions_has_the_gradient_and_its_parameter_derivative(double weight)
    {
        // ⟨v, ∇E⟩ and its slope in the parameters, by central differences of ⟨v, ∇E⟩ with a step of 1/256.
        using AnchoredEnergy energy = AnchoredEnergies.Of(_device, Plane, 0.4, weight);
        const int rows = 5;
        Rows states = TestRows.Normal(rows, 2, 3), directions = TestRows.Normal(rows, 2, 4), energies = TestRows.Empty(rows, 1),
            gradient = TestRows.Empty(rows, 2), passed = TestRows.Empty(rows, 2);
        energy.Gradient(states, energies, gradient);
        using IDirectionalPass pass = energy.CreatePass(rows, 1);
        Assert.True(TestRows.SameBits(energies.Span, pass.ForwardGradient(states, passed).Span));
        Assert.InRange(TestRows.RelativeError(passed.Span, TestRows.Doubles(gradient.Span)), 0, 1e-6);
        pass.ReverseGradient(new float[rows], directions, [], []);
        float[] found = _device.Download(pass.ParameterGradient), parameters = _device.Download(energy.Parameters);
        double[] slopes = [.. Enumerable.Range(0, parameters.Length).Select(p => (At(p, 1f / 256) - At(p, -1f / 256)) * 128)];
        Assert.InRange(TestRows.RelativeError(found, slopes), 0, 1e-3);

        using IDirectionalPass along = energy.CreatePass(rows, 1);
        Rows derivatives = along.ForwardAlong(states, directions);
        for (int i = 0; i < rows; i++)
        {
            Assert.Equal(energies.Span[i], derivatives[i][0], 1e-5);
            Assert.Equal(Along(i), derivatives[i][1], 1e-4);
        }

        double Along(int i) => gradient[i][0] * (double)directions[i][0] + gradient[i][1] * (double)directions[i][1];

        double At(int place, float change)
        {
            float[] changed = [.. parameters];
            changed[place] += change;
            _device.Upload(changed, energy.Parameters);
            energy.Commit();
            energy.Gradient(states, energies, gradient);
            _device.Upload(parameters, energy.Parameters);
            energy.Commit();
            double sum = Enumerable.Range(0, rows).Sum(Along);
            energy.Gradient(states, energies, gradient);
            return sum;
        }
    }

    [Fact]
    public void A_chain_starts_from_a_draw_of_the_mixture_inside_the_walls()
    {
        using AnchoredEnergy real = AnchoredEnergies.Of(_device, Plane, 0.4, 1),
            box = AnchoredEnergies.Of(_device, StateSpace.Box(Shape.Vector(2), -1, 1), 0.4, 1);
        RandomStream draws = new(4, RandomPurpose.User, 0);
        float[] free = new float[2], held = new float[2];
        int beyond = 0;
        for (uint i = 0; i < 50; i++)
        {
            real.FillStart(draws, i, free);
            box.FillStart(draws, i, held);
            beyond += free.Count(x => Math.Abs(x) > 1);
            Assert.Equal(free.Select(x => Math.Clamp(x, -1, 1)), held);
        }
        Assert.InRange(beyond, 1, 99);
    }

    [Fact]
    public void A_start_allocates_nothing()
    {
        using AnchoredEnergy energy = AnchoredEnergies.Of(_device, Plane, 0.4, 1);
        float[] state = new float[2];
        energy.FillStart(new RandomStream(4, RandomPurpose.User, 0), 0, state);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 100; i++)
            energy.FillStart(new RandomStream(4, RandomPurpose.User, 0), i, state);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_fit_takes_the_mean_of_the_data_and_keeps_the_blur()
    {
        // One component without rounds of EM has the mean of the data, exactly but for rounding; the blur is that of the density.
        AnchoredEnergyOptions options = AnchoredEnergies.Options(3, 1) with { Components = 1 };
        using AnchoredEnergy energy = (AnchoredEnergy)options.Create(_device, Plane);
        Rows data = TestRows.Normal(200, 2, 6);
        ArrayStates numbers = new("numbers", Plane, [.. Enumerable.Range(0, 200).Select(i => data[i].ToArray())]);
        energy.Fit(numbers, 1, CancellationToken.None);
        float[] fitted = _device.Download(energy.Fitted);
        for (int j = 0; j < 2; j++)
            Assert.Equal(Enumerable.Range(0, 200).Average(i => data[i][j]), fitted[1 + j], 1e-5);
        Rows far = TestRows.Of(1, 2, [10, 10]), energies = TestRows.Empty(1, 1), gradient = TestRows.Empty(1, 2);
        energy.Gradient(far, energies, gradient);
        // The slope of a normal density of variance 9 and about 1 more: 10/10, by the network's slope, which is small, and not 10.
        Assert.InRange(gradient.Span[0], 0.5f, 1.5f);
    }

    [Fact]
    public void States_on_other_domains_and_second_derivatives_are_refused_and_so_are_more_parameters_than_a_file_holds()
    {
        AnchoredEnergyOptions options = AnchoredEnergies.Options(0.4, 1);
        Refused.With(() => options.Create(_device, StateSpace.Binary(Shape.Vector(2))), "binary");
        Refused.With(() => options.Create(_device, Plane, 10), "components");
        using AnchoredEnergy energy = AnchoredEnergies.Of(_device, Plane, 0.4, 1), plain = AnchoredEnergies.Of(_device, Plane, 0.4, 0);
        Refused.With(() => energy.CreatePass(4, 2), "denoising_score_matching");
        using IDirectionalPass pass = plain.CreatePass(4, 2);
        Assert.Equal(2, pass.Order);
    }

    [Fact]
    public void What_is_fitted_lies_behind_the_parameters_and_among_the_tensors()
    {
        using AnchoredEnergy energy = AnchoredEnergies.Of(_device, Plane, 0.4, 1);
        Assert.Equal(energy.Parameters.Offset + energy.Parameters.Length, energy.Fitted.Offset);
        Assert.Equal(energy.Parameters.Length + energy.Fitted.Length, energy.Saved.Length);
        Assert.Equal(energy.Saved.Length, energy.Tensors.Sum(t => t.Length));
        Assert.Contains(energy.Tensors, (Parameter t) => t.Name == "base.variances");
    }
}
