using Joule.Compute;
using Joule.Data;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>States to separate from data: noise, and shuffled data.</summary>
public static class ReferenceStates
{
    private const int BlockFloats = 1 << 22;

    /// <summary>Noise of the states' own domain (<see cref="StateSpace.FillNoise"/>).</summary>
    /// <param name="space">The state space.</param>
    /// <param name="seed">State i is chain i of this seed's <see cref="RandomPurpose.ValidationNoise"/> at step 0.</param>
    public static RowWriter Noise(StateSpace space, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(space);
        RandomStream stream = new(seed, RandomPurpose.ValidationNoise, 0);
        return (index, state) => space.FillNoise(stream, (uint)index, state);
    }

    /// <summary>
    /// The data with shuffled parts: the pixels within each image, or each column of a table across its rows.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="seed">The seed of the permutations.</param>
    public static RowWriter Shuffled(StateSet data, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data is ImageStateSet images ? ImageStates.Shuffled(images, seed) : ShuffledColumns(data, seed);
    }

    /// <summary>
    /// Rows whose columns come from different rows of the data, so that each column keeps its distribution and is independent of the others
    /// (the reference of Breiman 2001, section 10). The rows are permuted, and then each column within blocks of the permuted rows, as many
    /// as fit 16 MiB. Ask for the rows in order: a block is read when its first row is asked for.
    /// </summary>
    /// <param name="data">The data. Numbers that share a <see cref="StateSet.Column"/> stay together.</param>
    /// <param name="seed">
    /// The order of the rows is this seed's <see cref="RandomPurpose.Shuffling"/> at step 2, that of the columns of block b at step 3 + b.
    /// </param>
    /// <param name="blockRows">Rows of a block; 0: as many as fit.</param>
    internal static RowWriter ShuffledColumns(StateSet data, ulong seed, int blockRows = 0)
    {
        int width = data.Space.Width, held = -1;
        int rows = Math.Min(data.Count, blockRows > 0 ? blockRows : Math.Max(2, BlockFloats / width));
        int[] order = new int[data.Count];
        new RandomStream(seed, RandomPurpose.Shuffling, 2).FillPermutation(order, 0);
        float[] block = new float[rows * width], shuffled = new float[rows * width];
        return (index, state) =>
        {
            if (index / rows != held)
                Fill(held = index / rows);
            shuffled.AsSpan(index % rows * width, width).CopyTo(state);
        };

        void Fill(int number)
        {
            int first = number * rows, count = Math.Min(rows, data.Count - first), column = -1;
            for (int i = 0; i < count; i++)
                data.Read(order[first + i], block.AsSpan(i * width, width));
            int[] places = new int[count];
            RandomStream stream = new(seed, RandomPurpose.Shuffling, 3 + (ulong)number);
            for (int j = 0; j < width; j++)
            {
                if (data.Column(j) != column)
                    stream.FillPermutation(places, (uint)(column = data.Column(j)));
                for (int i = 0; i < count; i++)
                    shuffled[i * width + j] = block[places[i] * width + j];
            }
        }
    }
}
