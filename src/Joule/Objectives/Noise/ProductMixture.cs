using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// A mixture, with equal weights, of products of one kernel per number (<see cref="ColumnKernel"/>). The components differ in their
/// centres.
/// </summary>
internal sealed class ProductMixture : NoiseSource
{
    private readonly ColumnKernel[] _kernels;
    private readonly double[] _centres; // one state after the other
    private readonly double[][] _byNumber; // of number j in all components, times _scales[j]; empty for categories
    private readonly double[] _scales;
    private readonly double[] _peaks; // ln q of each component at its centre, and ln of its weight
    private readonly int _width;

    /// <summary>Creates the mixture.</summary>
    /// <param name="kernels">The kernel of every number.</param>
    /// <param name="centres">The centres, one state after the other; at least one.</param>
    public ProductMixture(ColumnKernel[] kernels, double[] centres)
    {
        (_kernels, _centres, _width) = (kernels, centres, kernels.Length);
        Components = centres.Length / _width;
        _peaks = new double[Components];
        _scales = [.. kernels.Select(k => Math.Sqrt(Math.Max(0, k.Precision)))];
        _byNumber = new double[_width][];
        for (int k = 0; k < Components; k++)
        {
            _peaks[k] = -Math.Log(Components);
            for (int j = 0; j < _width; j++)
                _peaks[k] += kernels[j].LogPeak(Centre(k, j));
        }
        for (int j = 0; j < _width; j++)
        {
            int number = j;
            _byNumber[j] = kernels[j].IsCategorical ? []
                : [.. Enumerable.Range(0, Components).Select(k => Centre(k, number) * _scales[number])];
        }
    }

    /// <summary>Number of components.</summary>
    public int Components { get; }

    /// <inheritdoc/>
    public override int Scratch => 2 * Components;

    /// <inheritdoc/>
    public override void Draw(in RandomStream draws, uint chain, Span<float> state)
    {
        int component = Math.Min((int)(draws.OpenUniform(chain, _width) * Components), Components - 1);
        for (int j = 0; j < state.Length; j++)
            state[j] = _kernels[j].Draw(Centre(component, j), draws.OpenUniform(chain, j));
    }

    /// <inheritdoc/>
    public override double LogDensity(ReadOnlySpan<float> state, Span<double> scratch)
    {
        Span<double> terms = scratch[..Components], ways = scratch.Slice(Components, Components);
        terms.Clear();
        for (int j = 0; j < state.Length; j++)
        {
            if (_kernels[j].IsCategorical)
            {
                double cost = 2 * _kernels[j].Precision;
                for (int k = 0; k < terms.Length; k++)
                    terms[k] += state[j] == Centre(k, j) ? 0 : cost;
                continue;
            }
            TensorPrimitives.Subtract<double>(_byNumber[j], state[j] * _scales[j], ways);
            TensorPrimitives.MultiplyAdd<double>(ways, ways, terms, terms);
        }
        TensorPrimitives.MultiplyAdd<double>(terms, -0.5, _peaks, terms);
        double highest = TensorPrimitives.Max<double>(terms);
        TensorPrimitives.Subtract<double>(terms, highest, terms);
        TensorPrimitives.Exp<double>(terms, terms);
        return highest + Math.Log(TensorPrimitives.Sum<double>(terms));
    }

    private double Centre(int component, int number) => _centres[component * _width + number];
}
