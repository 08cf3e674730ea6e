using Joule.Compute;

namespace Joule.Training;

/// <summary>Options of an optimiser. To add an optimiser is to add one file with its options in it.</summary>
[DefaultType("adam")]
public abstract record OptimizerOptions
{
    /// <summary>η, the learning rate that the schedule multiplies.</summary>
    [Above(0)]
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decoupled weight decay: every update shrinks the parameters by learning rate · decay.</summary>
    [AtLeast(0)]
    public float WeightDecay { get; init; }

    /// <summary>Makes the optimiser for a number of parameters.</summary>
    public abstract Optimizer Create(Device device, int parameters);
}

/// <summary>Changes parameters along a gradient.</summary>
public abstract class Optimizer : IDisposable
{
    /// <summary>Memory that the next update needs; none for an optimiser that remembers nothing.</summary>
    public virtual IReadOnlyList<StateMemory> State => [];

    /// <summary>Makes one update.</summary>
    /// <param name="parameters">The parameters, changed in place.</param>
    /// <param name="gradient">The gradient, one float per parameter. It is 0 afterwards, ready to be added to.</param>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rateFactor">What the schedule multiplies the learning rate with.</param>
    /// <param name="gradientScale">What norm clipping multiplies the gradient with.</param>
    public void Step(Rows parameters, Rows gradient, long update, double rateFactor, double gradientScale)
    {
        Prepare(update, rateFactor, gradientScale);
        Apply(parameters, gradient, 0);
    }

    /// <summary>Works out what all parameters of an update have in common.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rateFactor">What the schedule multiplies the learning rate with.</param>
    /// <param name="gradientScale">What norm clipping multiplies the gradient with.</param>
    protected internal abstract void Prepare(long update, double rateFactor, double gradientScale);

    /// <summary>Makes the prepared update of some parameters, which must not depend on the others: several workers do so at once.</summary>
    /// <param name="parameters">Neighbouring parameters, changed in place.</param>
    /// <param name="gradient">Their gradient. It is 0 afterwards.</param>
    /// <param name="first">Which parameter the first of them is.</param>
    protected internal abstract void Apply(Rows parameters, Rows gradient, int first);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
