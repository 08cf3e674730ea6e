using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Writes an energy and its gradient into a kernel, for all chains of a block.</summary>
/// <param name="frame">The kernel.</param>
internal abstract class EnergyEmitter(BlockFrame frame)
{
    private F32? _energy;

    /// <summary>The kernel.</summary>
    protected BlockFrame Frame => frame;

    /// <summary>The writer.</summary>
    protected PtxWriter W => frame.W;

    /// <summary>Numbers of a state.</summary>
    public abstract int Width { get; }

    /// <summary>Where the energy reads the states.</summary>
    public abstract Numbers States { get; }

    /// <summary>Where it writes their gradient.</summary>
    public abstract Numbers Gradient { get; }

    /// <summary>The energy of the chain that this thread keeps, after <see cref="Emit"/>.</summary>
    public F32 Energy => _energy ?? throw new InvalidOperationException("Call Begin first.");

    /// <summary>
    /// Writes what comes once, at the kernel's start, where every thread passes. All shared memory of the kernel must be taken before;
    /// <see cref="Join"/> must follow.
    /// </summary>
    /// <param name="constants">The memory with the energy's constants or weights.</param>
    /// <param name="withGradient">Whether the kernel takes gradients.</param>
    public void Begin(Address constants, bool withGradient)
    {
        _energy = W.Constant(0f);
        Start(constants, withGradient);
    }

    /// <summary>Writes the barrier after <see cref="Begin"/>.</summary>
    public virtual void Join() => W.Barrier();

    /// <summary>Writes what must come last in the kernel, where every thread passes.</summary>
    public virtual void Leave() { }

    /// <summary>
    /// Writes the evaluation. A barrier must precede it; it ends with one, after which the gradient can be read, and energies in the
    /// threads that keep a chain.
    /// </summary>
    /// <param name="withGradient">Whether the gradient is wanted.</param>
    public abstract void Emit(bool withGradient);

    /// <summary>As <see cref="Begin"/>, for a kind of energy.</summary>
    protected abstract void Start(Address constants, bool withGradient);
}
