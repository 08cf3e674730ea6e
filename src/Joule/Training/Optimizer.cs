using Joule.Compute;

namespace Joule.Training;

/// <summary>Options of an optimiser. To add an optimiser, add one file with its options in it.</summary>
[DefaultType("adam")]
public abstract record OptimizerOptions
{
    /// <summary>η, the learning rate that the schedule multiplies.</summary>
    [Above(0)]
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decoupled weight decay: every update shrinks the parameters by learning rate · decay.</summary>
    [AtLeast(0)]
    public float WeightDecay { get; init; }

    /// <summary>Creates the optimiser for a number of parameters.</summary>
    public abstract Optimizer Create(Device device, int parameters);
}

/// <summary>Updates parameters along a gradient.</summary>
public abstract class Optimizer : IDisposable
{
    /// <summary>Memory that the next update needs; empty for an optimiser without state.</summary>
    public virtual IReadOnlyList<StateMemory> State => [];

    /// <summary>Makes one update.</summary>
    /// <param name="parameters">The parameters, changed in place.</param>
    /// <param name="gradient">The gradient, one float per parameter. Zeroed afterwards.</param>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rate.</param>
    /// <param name="gradientScale">The factor of the gradient from norm clipping.</param>
    public void Step(Rows parameters, Rows gradient, long update, double rateFactor, double gradientScale)
    {
        Prepare(update, rateFactor, gradientScale);
        Apply(parameters, gradient, 0);
    }

    /// <summary>Computes what all parameters of an update share.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rate.</param>
    /// <param name="gradientScale">The factor of the gradient from norm clipping.</param>
    protected internal abstract void Prepare(long update, double rateFactor, double gradientScale);

    /// <summary>
    /// Makes the prepared update of some parameters. Workers do so in parallel, so it must not depend on other parameters.
    /// </summary>
    /// <param name="parameters">Contiguous parameters, changed in place.</param>
    /// <param name="gradient">Their gradient. Zeroed afterwards.</param>
    /// <param name="first">Index of the first of them among all parameters.</param>
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
