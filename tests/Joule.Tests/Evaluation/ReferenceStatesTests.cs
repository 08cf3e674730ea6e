using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ReferenceStatesTests
{
    private const int Count = 500, Width = 4;

    // Column j of a row holds 10·row + j. Columns 2 and 3 belong together.
    private static readonly float[][] Rows =
        [.. Enumerable.Range(0, Count).Select(i => (float[])[10 * i, 10 * i + 1, 10 * i + 2, 10 * i + 3])];

    private static readonly StateSet Table = new Paired(new ArrayStates("rows", StateSpace.Real(Shape.Vector(Width)), Rows));

    [Fact]
    public void Noise_follows_the_domain()
    {
        float[] state = new float[1000];
        ReferenceStates.Noise(StateSpace.Box(new Shape(1, 1000, 1), -1, 1), 3)(7, state);
        Assert.All(state, v => Assert.InRange(v, -1f, 1f));
        // The mean of 1000 uniform draws has the standard error 2/√12/√1000 = 0.018; the tolerance is five of them.
        Assert.InRange(state.Average(), -0.09f, 0.09f);
        ReferenceStates.Noise(StateSpace.Binary(Shape.Vector(1000)), 3)(7, state);
        Assert.All(state, v => Assert.True(v is 0 or 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public void Every_column_of_a_table_keeps_its_values_and_its_numbers_together(int block)
    {
        float[][] shuffled = Shuffle(Table, 1, block);
        for (int j = 0; j < Width; j++)
            Assert.Equal(Rows.Select(r => r[j]), shuffled.Select(r => r[j]).Order());
        Assert.All(shuffled, r => Assert.Equal(r[2] + 1, r[3]));
        // Two columns of one data row are still in one row with probability 1/Count each: 1 of 500 rows on average, and more than 10 with a
        // probability below 10⁻⁷. Within blocks of 64 the probability is 1/64: about 8 rows, and more than 30 with a probability below
        // 10⁻⁸.
        Assert.InRange(shuffled.Count(r => r[0] + 1 == r[1]), 0, block == 0 ? 10 : 30);
        Assert.InRange(shuffled.Count(r => r[1] + 1 == r[2]), 0, block == 0 ? 10 : 30);
        // Rows move, with or without blocks.
        Assert.InRange(shuffled.Where((r, i) => r[0] == Rows[i][0]).Count(), 0, 10);
    }

    [Fact]
    public void The_order_depends_on_the_seed()
    {
        Assert.Equal(Shuffle(Table, 1, 0), Shuffle(Table, 1, 0));
        Assert.NotEqual(Shuffle(Table, 1, 0), Shuffle(Table, 2, 0));
    }

    [Fact]
    public void Images_are_shuffled_pixel_by_pixel()
    {
        ImageStateSet images = new(ImageSet.FromBytes("one", 1, 1, 6, [1, 2, 3, 4, 5, 6]), new ImageTransform());
        float[] expected = new float[6], actual = new float[6];
        ImageStates.Shuffled(images, 5)(0, expected);
        ReferenceStates.Shuffled(images, 5)(0, actual);
        Assert.Equal(expected, actual);
    }

    private static float[][] Shuffle(StateSet set, ulong seed, int block)
    {
        RowWriter write = block == 0 ? ReferenceStates.Shuffled(set, seed) : ReferenceStates.ShuffledColumns(set, seed, block);
        return [.. Enumerable.Range(0, set.Count).Select(i =>
        {
            float[] state = new float[set.Space.Width];
            write(i, state);
            return state;
        })];
    }

    /// <summary>A set whose third and fourth numbers are one column.</summary>
    private sealed class Paired(StateSet set) : StateSet
    {
        public override string Name => set.Name;

        public override StateSpace Space => set.Space;

        public override int Count => set.Count;

        public override int Column(int number) => Math.Min(number, 2);

        public override void Read(int index, Span<float> state) => set.Read(index, state);
    }
}
