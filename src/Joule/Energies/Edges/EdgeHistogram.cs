using System.Numerics.Tensors;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Histograms of the directions in which brightness grows (after Dalal and Triggs 2005, CVPR). At each pixel the gradient g, by central
/// differences, votes for direction uₖ with √q·c^p, where q = |g|² + δ² and c = max(0, ⟨g, uₖ⟩/√q). A Gaussian around the centre of each
/// cell averages the votes. The square roots of the averages F, r = √(F + η) − √η, become f = r/√(|r|² + ε²), so that contrast does not
/// count.
/// </summary>
/// <remarks>
/// Brightness is in units of the distance between the walls, where there are walls. Beyond the border it is that of the lower wall, or 0.
/// So an even image has edges at its border, unless it is black; of a black one, f = 0.
/// </remarks>
internal sealed class EdgeHistogram
{
    private const float Flat = 1e-3f; // δ
    private const float Empty = 1e-6f; // η
    private const float Faint = 0.05f; // ε

    private readonly int _channels, _height, _width, _directions, _sharpness;
    private readonly float _low, _scale;
    private readonly CellWeights _down, _across;

    /// <summary>Prepares the histograms.</summary>
    /// <param name="space">Images, [channels, height, width].</param>
    /// <param name="options">The directions and cells.</param>
    public EdgeHistogram(StateSpace space, EdgeNeighboursOptions options)
    {
        (_channels, _height, _width) = (space.Shape.Channels, space.Shape.Height, space.Shape.Width);
        (_directions, _sharpness) = (options.Directions, options.Sharpness);
        (_low, _scale) = space.HasWalls ? (space.Low, 1 / (space.High - space.Low)) : (0, 1);
        _down = new CellWeights(_height, options.Cell, options.Blur);
        _across = new CellWeights(_width, options.Cell, options.Blur);
    }

    /// <summary>Numbers of f: [channels, directions, cells down, cells across].</summary>
    public int Length => _channels * _directions * Cells;

    private int Plane => _height * _width;

    private int Cells => _down.Count * _across.Count;

    /// <summary>Numbers of f for images of a shape.</summary>
    public static long Count(Shape shape, EdgeNeighboursOptions options) => (long)shape.Channels * options.Directions
        * CellWeights.CountCells(shape.Height, options.Cell) * CellWeights.CountCells(shape.Width, options.Cell);

    /// <summary>Allocates what <see cref="Forward"/> and <see cref="Reverse"/> need.</summary>
    public EdgeScratch CreateScratch() => new(Plane, _down.Count * _width, Length);

    /// <summary>Writes f of an image.</summary>
    /// <param name="state">The image.</param>
    /// <param name="features">Receives f.</param>
    /// <param name="scratch">Receives anything.</param>
    public void Forward(ReadOnlySpan<float> state, Span<float> features, EdgeScratch scratch)
    {
        Sum(state, features, scratch);
        float norm = Root(features);
        TensorPrimitives.Divide(features, norm, features);
    }

    /// <summary>Writes the gradient of ⟨slopes, f⟩ with respect to the image.</summary>
    /// <param name="state">The image.</param>
    /// <param name="slopes">The factors of f.</param>
    /// <param name="gradient">Receives the gradient.</param>
    /// <param name="scratch">Receives anything.</param>
    public void Reverse(ReadOnlySpan<float> state, ReadOnlySpan<float> slopes, Span<float> gradient, EdgeScratch scratch)
    {
        Span<float> sums = scratch.Sums;
        Sum(state, sums, scratch);
        float norm = Root(sums);
        // With n² = |r|² + ε², df/dr = (1 − f·fᵀ)/n; and dr/dF = 1/(2√(F + η)) = 1/(2(r + √η)).
        float along = TensorPrimitives.Dot(slopes, sums) / (norm * norm);
        for (int i = 0; i < sums.Length; i++)
            sums[i] = (slopes[i] - sums[i] * along) / (norm * 2 * (sums[i] + MathF.Sqrt(Empty)));
        for (int channel = 0; channel < _channels; channel++)
        {
            Differentiate(state.Slice(channel * Plane, Plane), scratch);
            scratch.AcrossSlopes.AsSpan().Clear();
            scratch.DownSlopes.AsSpan().Clear();
            for (int k = 0; k < _directions; k++)
            {
                Spread(sums.Slice((channel * _directions + k) * Cells, Cells), scratch);
                AddVoteSlopes(k, scratch);
            }
            Integrate(gradient.Slice(channel * Plane, Plane), scratch);
        }
    }

    // F of all channels.
    private void Sum(ReadOnlySpan<float> state, Span<float> sums, EdgeScratch scratch)
    {
        for (int channel = 0; channel < _channels; channel++)
        {
            Differentiate(state.Slice(channel * Plane, Plane), scratch);
            for (int k = 0; k < _directions; k++)
            {
                Share(k, scratch);
                Power(scratch.Cosines, scratch.Votes, scratch.Spare, _sharpness);
                TensorPrimitives.Multiply(scratch.Votes, scratch.Sizes, scratch.Votes);
                Pool(sums.Slice((channel * _directions + k) * Cells, Cells), scratch);
            }
        }
    }

    // r in place of F; gives √(|r|² + ε²).
    private static float Root(Span<float> sums)
    {
        TensorPrimitives.Add(sums, Empty, sums);
        TensorPrimitives.Sqrt(sums, sums);
        TensorPrimitives.Subtract(sums, MathF.Sqrt(Empty), sums);
        return MathF.Sqrt(TensorPrimitives.SumOfSquares((ReadOnlySpan<float>)sums) + Faint * Faint);
    }

    private void Differentiate(ReadOnlySpan<float> image, EdgeScratch scratch)
    {
        Span<float> light = scratch.Spare;
        TensorPrimitives.Subtract(image, _low, light);
        TensorPrimitives.Multiply(light, _scale / 2, light);
        int width = _width;
        for (int y = 0; y < _height; y++)
        {
            Span<float> row = light.Slice(y * width, width), across = scratch.Across.AsSpan(y * width, width);
            for (int x = 0; x < width; x++)
                across[x] = (x + 1 < width ? row[x + 1] : 0) - (x > 0 ? row[x - 1] : 0);
            Span<float> down = scratch.Down.AsSpan(y * width, width);
            if (y + 1 < _height)
                light.Slice((y + 1) * width, width).CopyTo(down);
            else
                down.Clear();
            if (y > 0)
                TensorPrimitives.Subtract(down, light.Slice((y - 1) * width, width), down);
        }
        Span<float> sizes = scratch.Sizes;
        TensorPrimitives.Multiply(scratch.Across, scratch.Across, sizes);
        TensorPrimitives.MultiplyAdd(scratch.Down, scratch.Down, sizes, sizes);
        TensorPrimitives.Add(sizes, Flat * Flat, sizes);
        TensorPrimitives.Sqrt(sizes, sizes);
    }

    // The transpose of the differences.
    private void Integrate(Span<float> gradient, EdgeScratch scratch)
    {
        ReadOnlySpan<float> across = scratch.AcrossSlopes, down = scratch.DownSlopes;
        for (int y = 0; y < _height; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                int i = y * _width + x;
                float sum = (x > 0 ? across[i - 1] : 0) - (x + 1 < _width ? across[i + 1] : 0)
                    + (y > 0 ? down[i - _width] : 0) - (y + 1 < _height ? down[i + _width] : 0);
                gradient[i] = sum * _scale / 2;
            }
        }
    }

    private (float Across, float Down) Direction(int k)
    {
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * k / _directions);
        return ((float)cosine, (float)sine);
    }

    private void Share(int k, EdgeScratch scratch)
    {
        (float across, float down) = Direction(k);
        TensorPrimitives.Multiply(scratch.Across, across, scratch.Spare);
        TensorPrimitives.MultiplyAdd(scratch.Down, down, scratch.Spare, scratch.Cosines);
        TensorPrimitives.Divide(scratch.Cosines, scratch.Sizes, scratch.Cosines);
        TensorPrimitives.Max(scratch.Cosines, 0f, scratch.Cosines);
    }

    // x^exponent by repeated squares.
    private static void Power(ReadOnlySpan<float> x, Span<float> power, Span<float> squares, int exponent)
    {
        x.CopyTo(squares);
        bool isEmpty = true;
        for (int rest = exponent; rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                if (isEmpty)
                    squares.CopyTo(power);
                else
                    TensorPrimitives.Multiply(power, squares, power);
                isEmpty = false;
            }
            if (rest > 1)
                TensorPrimitives.Multiply(squares, squares, squares);
        }
    }

    private void Pool(Span<float> sums, EdgeScratch scratch)
    {
        for (int a = 0; a < _down.Count; a++)
        {
            Span<float> band = scratch.Bands.AsSpan(a * _width, _width);
            band.Clear();
            ReadOnlySpan<float> weights = _down.Of(a);
            for (int i = 0; i < weights.Length; i++)
                TensorPrimitives.MultiplyAdd(scratch.Votes.AsSpan((_down.First(a) + i) * _width, _width), weights[i], band, band);
            for (int b = 0; b < _across.Count; b++)
            {
                ReadOnlySpan<float> along = _across.Of(b);
                sums[a * _across.Count + b] = TensorPrimitives.Dot(band.Slice(_across.First(b), along.Length), along);
            }
        }
    }

    // The transpose of Pool: slopes of sums to slopes of votes.
    private void Spread(ReadOnlySpan<float> slopes, EdgeScratch scratch)
    {
        scratch.Votes.AsSpan().Clear();
        for (int a = 0; a < _down.Count; a++)
        {
            Span<float> band = scratch.Bands.AsSpan(a * _width, _width);
            band.Clear();
            for (int b = 0; b < _across.Count; b++)
            {
                ReadOnlySpan<float> along = _across.Of(b);
                Span<float> part = band.Slice(_across.First(b), along.Length);
                TensorPrimitives.MultiplyAdd(along, slopes[a * _across.Count + b], part, part);
            }
            ReadOnlySpan<float> weights = _down.Of(a);
            for (int i = 0; i < weights.Length; i++)
            {
                Span<float> row = scratch.Votes.AsSpan((_down.First(a) + i) * _width, _width);
                TensorPrimitives.MultiplyAdd(band, weights[i], row, row);
            }
        }
    }

    // The vote v = √q·c^p has the slope p·c^(p − 1)·u + (1 − p)·c^p·g/√q in g.
    private void AddVoteSlopes(int k, EdgeScratch scratch)
    {
        (float across, float down) = Direction(k);
        Share(k, scratch);
        Power(scratch.Cosines, scratch.Powers, scratch.Spare, _sharpness - 1);
        ReadOnlySpan<float> toVotes = scratch.Votes, powers = scratch.Powers, cosines = scratch.Cosines, sizes = scratch.Sizes;
        for (int i = 0; i < toVotes.Length; i++)
        {
            float factor = toVotes[i] * powers[i];
            if (factor == 0)
                continue;
            float back = (1 - _sharpness) * cosines[i] / sizes[i];
            scratch.AcrossSlopes[i] += factor * (_sharpness * across + back * scratch.Across[i]);
            scratch.DownSlopes[i] += factor * (_sharpness * down + back * scratch.Down[i]);
        }
    }
}
