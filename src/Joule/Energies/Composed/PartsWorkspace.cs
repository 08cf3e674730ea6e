using Joule.Compute;

namespace Joule.Energies;

/// <summary>Energies and gradients of all parts of a composed energy, for one block of states.</summary>
/// <param name="rows">Most states of a block.</param>
/// <param name="parts">Number of parts.</param>
/// <param name="width">Numbers of a state.</param>
internal sealed class PartsWorkspace(int rows, int parts, int width) : IDisposable
{
    private readonly DeviceBuffer _energies = DeviceBuffer.OnHost((long)rows * parts);
    private readonly DeviceBuffer _gradients = DeviceBuffer.OnHost((long)rows * parts * width);
    private readonly float[] _row = new float[parts];

    /// <summary>The slopes of the whole in the energies of the parts, at one state.</summary>
    public double[] Slopes { get; } = new double[parts];

    /// <summary>Evaluates all parts on a block of states.</summary>
    /// <param name="energies">The parts; with gradients, each is an <see cref="IDifferentiable"/>.</param>
    /// <param name="states">The states.</param>
    /// <param name="wantsGradient">Whether to compute gradients too.</param>
    public void Evaluate(Energy[] energies, Rows states, bool wantsGradient)
    {
        for (int k = 0; k < parts; k++)
        {
            Rows values = new(_energies, k * rows, states.Count, 1);
            if (wantsGradient)
                ((IDifferentiable)energies[k]).Gradient(states, values, new Rows(_gradients, k * rows * width, states.Count, width));
            else
                energies[k].Evaluate(states, values);
        }
    }

    /// <summary>The energies of the parts at one state of the block; valid until the next call.</summary>
    public ReadOnlySpan<float> Energies(int row)
    {
        ReadOnlySpan<float> all = _energies.Span;
        for (int k = 0; k < parts; k++)
            _row[k] = all[k * rows + row];
        return _row;
    }

    /// <summary>Σ slope · gradient at one state of the block, in float64, in the order of the parts.</summary>
    public void Join(int row, Span<float> gradient)
    {
        ReadOnlySpan<float> all = _gradients.Span;
        for (int i = 0; i < gradient.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < parts; k++)
                sum += Slopes[k] * all[(k * rows + row) * width + i];
            gradient[i] = (float)sum;
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _energies.Dispose();
        _gradients.Dispose();
    }
}
