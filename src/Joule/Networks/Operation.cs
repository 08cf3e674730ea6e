using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// One step of a compiled network. It reads value <see cref="Input"/> and writes value <see cref="Output"/>; in place they are equal.
/// </summary>
public abstract class Operation : IDisposable
{
    internal int Index { get; set; }

    /// <summary>The value read.</summary>
    public required int Input { get; init; }

    /// <summary>The value written.</summary>
    public required int Output { get; init; }

    /// <summary>Another value read, or −1.</summary>
    public int Second { get; init; } = -1;

    /// <summary>Floats per row that forward keeps for reverse.</summary>
    public virtual int KeptWidth => 0;

    /// <summary>Scratch floats that a call needs.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>Whether reverse must add to the gradient of <see cref="Input"/>, because another operation writes it first.</summary>
    public bool AddsToInput { get; internal set; }

    /// <summary>The same for <see cref="Second"/>.</summary>
    public bool AddsToSecond { get; internal set; }

    /// <summary>Whether reverse reads the values of forward, in addition to what was kept.</summary>
    public virtual bool ReverseReadsValues => false;

    /// <summary>
    /// Whether the output is linear in the input, apart from a bias and a fused function. A directional pass runs such an operation on
    /// each Taylor coefficient alone; it adds its bias only if <see cref="Tape.Order"/> is 0.
    /// </summary>
    public virtual bool IsLinear => false;

    /// <summary>
    /// Whether a directional pass can differentiate it. An operation that is not linear overrides the calls on a
    /// <see cref="TaylorTape"/>.
    /// </summary>
    public virtual bool HasDirections => IsLinear;

    /// <summary>Number of independent tasks of <see cref="Pack"/>.</summary>
    protected internal virtual int PackTasks => 0;

    /// <summary>Packs part of changed parameters for the kernels.</summary>
    protected internal virtual void Pack(Rows parameters, int task) { }

    /// <summary>Computes the output for some rows.</summary>
    protected internal abstract void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch);

    /// <summary>Computes the input's gradient from the output's, for some rows.</summary>
    protected internal abstract void Reverse(Tape tape, int start, int count, Rows scratch);

    /// <summary>
    /// Computes Taylor coefficients of the output for some rows: all orders together (<paramref name="first"/> 0), or order 0 and later
    /// order 1.
    /// </summary>
    protected internal virtual void Forward(
        TaylorTape tape, int first, int last, Rows parameters, int start, int count, Rows scratch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        for (int k = first; k <= last; k++)
        {
            if (k > tape.HighestRead(this))
                tape[k].Value(Output, start, count).Span.Clear();
            else
                Forward(tape[k], parameters, start, count, scratch);
        }
    }

    /// <summary>
    /// Computes the input's gradient from the output's: all orders together, or order 1 and later, when its coefficients are there,
    /// order 0.
    /// </summary>
    protected internal virtual void Reverse(TaylorTape tape, int first, int last, int start, int count, Rows scratch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        for (int k = first; k <= last && k <= tape.HighestRead(this); k++)
            Reverse(tape[k], start, count, scratch);
    }

    /// <summary>Number of independent tasks of the parameters' gradient; depends on the number of rows alone.</summary>
    protected internal virtual int GradientTasks(int rows) => 0;

    /// <summary>
    /// Rows of a gradient task, if task i takes the i-th rows of this number and writes to the shared memory alone; 0 otherwise. A pass can
    /// then do the task along with the reverse of its rows, while they are in a near cache.
    /// </summary>
    protected internal virtual int GradientRows => 0;

    /// <summary>Floats of memory that the gradient tasks share.</summary>
    protected internal virtual int PartialLength(int rows) => 0;

    /// <summary>
    /// Does one task of the parameters' gradient; for a tape of higher order, after the same task of order 0, of which it is a further
    /// summand.
    /// </summary>
    protected internal virtual void GradientTask(Tape tape, int rows, int task, Rows gradient, Rows partials, Rows scratch) { }

    /// <summary>Sums the tasks' results in their shared memory; called only if there is any.</summary>
    protected internal virtual void FinishGradient(int rows, Rows gradient, Rows partials) { }

    /// <summary>Frees the packed parameters.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the packed parameters.</summary>
    protected virtual void Dispose(bool disposing) { }
}
