using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>Memory for the density of a block of states under a mixture of factor analysers.</summary>
internal sealed class FactorWorkspace : IDisposable
{
    private readonly DeviceBuffer _memory;

    /// <summary>Allocates it.</summary>
    public FactorWorkspace(FactorShape shape)
    {
        int n = FactorMixture.Block, k = shape.Components, l = shape.Factors, d = shape.Width;
        _memory = DeviceBuffer.OnHost(n * ((long)k * (l + 1) + 4L * d));
        Joint = new Rows(_memory, 0, n, k);
        Projected = new Rows(_memory, n * k, n, k * l);
        Y = new Rows(_memory, n * k * (l + 1), n, d);
        Both = new Rows(_memory, Y.Offset + Y.Length, n, 2 * d);
        Slope = new Rows(_memory, Both.Offset + Both.Length, n, d);
    }

    /// <summary>ln wₖ + ln N(y; k), and after <see cref="Normalise"/> the responsibilities.</summary>
    public Rows Joint { get; }

    /// <summary>L⁻¹AᵀD⁻¹(y − μ) of every component.</summary>
    public Rows Projected { get; }

    /// <summary>y, from the mixture's mean.</summary>
    public Rows Y { get; }

    /// <summary>y² and y.</summary>
    public Rows Both { get; }

    /// <summary>Spare rows.</summary>
    public Rows Slope { get; }

    /// <summary>ln |dx/dy| of every state.</summary>
    public double[] LogJacobians { get; } = new double[FactorMixture.Block];

    /// <summary>Turns a row of the joint into responsibilities.</summary>
    /// <returns>ln q(x), in nats.</returns>
    public double Normalise(int row)
    {
        Span<float> joint = Joint[row];
        float most = TensorPrimitives.Max((ReadOnlySpan<float>)joint);
        double sum = 0;
        foreach (float value in joint)
            sum += Math.Exp(value - most);
        double log = most + Math.Log(sum);
        for (int k = 0; k < joint.Length; k++)
            joint[k] = (float)Math.Exp(joint[k] - log);
        return log - LogJacobians[row];
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();
}
