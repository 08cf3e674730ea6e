using Joule.Compute;

namespace Joule.Networks;

/// <summary>One step of a compiled network. It reads value <see cref="Input"/> and writes value <see cref="Output"/>; the two are one in place.</summary>
public abstract class Operation : IDisposable
{
    internal int Index { get; set; }

    /// <summary>The value read.</summary>
    public required int Input { get; init; }

    /// <summary>The value written.</summary>
    public required int Output { get; init; }

    /// <summary>Another value read, or −1.</summary>
    public int Second { get; init; } = -1;

    /// <summary>Floats that forward keeps for reverse, for each row.</summary>
    public virtual int KeptWidth => 0;

    /// <summary>Floats of scratch that a call needs.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>True when the reverse of this operation is not the first to write the gradient of <see cref="Input"/>, and so must add to it.</summary>
    public bool AddsToInput { get; internal set; }

    /// <summary>The same for <see cref="Second"/>.</summary>
    public bool AddsToSecond { get; internal set; }

    /// <summary>Whether reverse reads the values that forward computed, and not only what was kept.</summary>
    public virtual bool ReverseReadsValues => false;

    /// <summary>How many parts <see cref="Pack"/> has.</summary>
    protected internal virtual int PackTasks => 0;

    /// <summary>Takes new parameters: packs a part of them for the kernels.</summary>
    protected internal virtual void Pack(Rows parameters, int task) { }

    /// <summary>Computes the output for some rows.</summary>
    protected internal abstract void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch);

    /// <summary>Turns the output's gradient into the input's, for some rows.</summary>
    protected internal abstract void Reverse(Tape tape, int start, int count, Rows scratch);

    /// <summary>How many independent tasks the gradient of the parameters is cut into; the cut depends on the number of rows alone.</summary>
    protected internal virtual int GradientTasks(int rows) => 0;

    /// <summary>Floats of memory that the gradient tasks share.</summary>
    protected internal virtual int PartialLength(int rows) => 0;

    /// <summary>Does one task of the parameters' gradient.</summary>
    protected internal virtual void GradientTask(Tape tape, int rows, int task, Rows gradient, Rows partials, Rows scratch) { }

    /// <summary>Adds up what the tasks left in memory that they share; called where there is any.</summary>
    protected internal virtual void FinishGradient(int rows, Rows gradient, Rows partials) { }

    /// <summary>Frees what the operation packed.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the operation packed.</summary>
    protected virtual void Dispose(bool disposing) { }
}
