using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class EnergySeparationTests
{
    // Data have a bright first pixel and are black otherwise, with energy 0; anything else has a higher energy.
    private sealed class FirstPixel : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Box(new Shape(1, 3, 3), 0, 1);

        protected override float Evaluate(ReadOnlySpan<float> state)
        {
            float energy = 1 - state[0];
            foreach (float value in state[1..])
                energy += value;
            return energy;
        }

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient) => throw new NotSupportedException();
    }

    [Fact]
    public void Figures_follow_their_definition()
    {
        byte[] Bright(int count, int last) =>
            [.. Enumerable.Range(0, count * 9).Select(i => (byte)(i % 9 == 0 ? (i / 9 == count - 1 ? last : 255) : 0))];
        ImageSet train = ImageSet.FromBytes("train", 1, 3, 3, Bright(700, 255)), test = ImageSet.FromBytes("test", 1, 3, 3, Bright(600, 0));
        using Device device = Device.Cpu(2);
        FirstPixel energy = new();
        EnergySeparation separation = new(new ImageStateSet(train, new ImageTransform()), new ImageStateSet(test, new ImageTransform()), 1);
        separation.Add(new NamedStates("black", 3, (_, state) => state.Clear()));
        List<long> told = [];
        Dictionary<string, SetFigures> figures =
            separation.Run(device, energy, told.Add, TestContext.Current.CancellationToken).ToDictionary(f => f.Name);
        Assert.Equal(["train", "test", "noise", "shuffled", "black"], figures.Keys);
        Assert.Equal((0.0, 0.0), (figures["train"].Energy.Mean, figures["train"].Energy.Deviation));
        Assert.Equal(1.0 / 600, figures["test"].Energy.Mean, 1e-12);
        Assert.Null(figures["test"].Auroc);
        // 599 of 600 test images tie with the training images; the black one has a higher energy.
        Assert.Equal(0.5 * 599 / 600 + 1.0 / 600, figures["train"].Auroc!.Value, 1e-12);
        Assert.Equal(599.0 / 600 + 0.5 / 600, figures["black"].Auroc!.Value, 1e-12);
        Assert.Equal(separation.StateCount, told[^1]);
        Assert.Equal(700 + 3 * 600 + 3, separation.StateCount);
        // A shuffled bright pixel is back in its place in 1 of 9 images; five standard errors of 600 draws.
        Assert.InRange(figures["shuffled"].Auroc!.Value, 0.94 - 5 * 0.0065, 0.945 + 5 * 0.0065);
        Assert.InRange(figures["noise"].Auroc!.Value, 0.99, 1);
    }

    [Fact]
    public void A_name_cannot_be_used_twice()
    {
        ImageStateSet images = new(ImageSet.FromBytes("x", 1, 3, 3, new byte[18]), new ImageTransform());
        EnergySeparation separation = new(images, images, 1);
        Assert.Throws<InvalidInputException>(() => separation.Add(new NamedStates("noise", 1, (_, _) => { })));
    }

    [Fact]
    public void Rows_of_a_table_are_compared_too_and_image_corruptions_are_refused()
    {
        // The energy of a row is low if its numbers are equal, as in the data; noise and shuffled columns have a higher energy.
        float[][] rows = [.. Enumerable.Range(0, 400).Select(i => (float[])[i / 200f - 1, i / 200f - 1])];
        ArrayStates data = new("rows", StateSpace.Real(Shape.Vector(2)), rows);
        EnergySeparation separation = new(data, data, 1);
        using Device device = Device.Cpu(2);
        Dictionary<string, SetFigures> figures =
            separation.Run(device, new Difference(), null, TestContext.Current.CancellationToken).ToDictionary(f => f.Name);
        Assert.Equal(0.5, figures["train"].Auroc);
        Assert.InRange(figures["noise"].Auroc!.Value, 0.99, 1);
        Assert.InRange(figures["shuffled"].Auroc!.Value, 0.99, 1);
        Assert.Contains("changes images", Assert.Throws<InvalidInputException>(() => separation.TryAddCorrupted("salt")).Message,
            StringComparison.Ordinal);
        Assert.False(separation.TryAddCorrupted("none"));
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new EnergySeparation(data, new ArrayStates("wide", StateSpace.Real(Shape.Vector(3)), [[0, 0, 0]]), 1));
        Assert.All(["rows", "wide", "2, real", "3, real"], part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    private sealed class Difference : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(2));

        protected override float Evaluate(ReadOnlySpan<float> state) => Math.Abs(state[0] - state[1]);

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient) => throw new NotSupportedException();
    }

    [Fact]
    public void An_energy_that_is_not_finite_names_its_state()
    {
        using Device device = Device.Cpu(1);
        DivergenceException e = Assert.Throws<DivergenceException>(() => EnergyOfStates.Run(device, new FirstPixel(), 1000,
            (i, state) => state.Fill(i == 700 ? float.NaN : 0), null, TestContext.Current.CancellationToken));
        Assert.Equal(700, e.Chain);
    }

    [Fact]
    public void It_stops_when_asked()
    {
        using Device device = Device.Cpu(1);
        Assert.Throws<OperationCanceledException>(
            () => EnergyOfStates.Run(device, new FirstPixel(), 10, (_, _) => { }, null, new CancellationToken(true)));
    }
}
