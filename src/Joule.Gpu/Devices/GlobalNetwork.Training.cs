using Joule.Gpu.Kernels;

namespace Joule.Gpu.Devices;

/// <summary>Training passes, for a plan that was made for them.</summary>
internal sealed partial class GlobalNetwork
{
    private readonly GpuScratch _ones = new(engine, "weights of directions");
    private int _onesReady;
    private (ulong States, int Count)? _kept;

    /// <summary>
    /// Evaluates states, and keeps what <see cref="AddGradient"/> needs if it comes next with the same states and they are one group.
    /// </summary>
    /// <param name="states">The address of the states, which must not change until then.</param>
    /// <param name="energies">The address of their energies.</param>
    /// <param name="count">Number of states.</param>
    public void Forward(ulong states, ulong energies, int count)
    {
        EachGroup(count, (operations, first, chains) =>
        {
            Run(operations.Start, chains, new Outside(At(states, first, Width)));
            Run(operations.Forward, chains);
            Run(operations.Energies, chains);
            engine.Copy(_memory.Of(new GlobalOperand(OperandKind.Energies)), At(energies, first, 1), chains);
        });
        if (Groups(count) == 1)
            _kept = (states, count);
    }

    /// <summary>Lets nothing of <see cref="Forward"/> count any more: the weights have changed.</summary>
    public void Forget() => _kept = null;

    /// <summary>
    /// Adds Σᵢ wᵢ ∇θE(xᵢ) to a gradient, with directions also Σᵢ ∇θ⟨vᵢ, ∇ₓE(xᵢ)⟩; the plan is one for training, with directions or without.
    /// </summary>
    /// <param name="states">The address of the states.</param>
    /// <param name="directions">The address of their directions; null for a plan without.</param>
    /// <param name="weights">The address of their weights.</param>
    /// <param name="gradient">The address of the gradient of the parameters.</param>
    /// <param name="count">Number of states.</param>
    public void AddGradient(ulong states, ulong? directions, ulong weights, ulong gradient, int count)
    {
        bool isKept = _kept == (states, count);
        // Gradients are written where values were.
        EachGroup(count, (operations, first, chains) =>
        {
            if (!isKept)
            {
                Run(operations.Start, chains, new Outside(At(states, first, Width)));
                if (directions is { } given)
                    Run(operations.StartAlong, chains, new Outside(At(given, first, Width)));
                Run(operations.Forward, chains);
            }
            Run(operations.Backward, chains, new Outside(ChainWeights: At(weights, first, 1), Gradient: gradient));
        });
    }

    private ulong Ones(int chains)
    {
        if (chains <= _onesReady)
            return _ones.Take(0).Bits;
        float[] all = new float[chains];
        Array.Fill(all, 1);
        ulong at = _ones.Fill(all).Bits;
        _onesReady = chains;
        return at;
    }
}
