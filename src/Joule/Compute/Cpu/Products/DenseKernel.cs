namespace Joule.Compute;

/// <summary>The kernels of one dense linear map, with its weights packed for them.</summary>
public abstract class DenseKernel : IDisposable
{
    /// <summary>Number of independent packing tasks.</summary>
    public abstract int PackTasks { get; }

    /// <summary>Packs all weights.</summary>
    public void Pack(Rows weights)
    {
        for (int task = 0; task < PackTasks; task++)
            Pack(weights, task);
    }

    /// <summary>
    /// Packs part of the weights [outputs, inputs]; after every change, all parts must be packed, in any order and on any worker.
    /// </summary>
    public abstract void Pack(Rows weights, int task);

    /// <summary>y[n, outputs] = f(x[n, inputs]·Wᵀ + bias); <paramref name="bias"/> has one row, or none.</summary>
    public abstract void Forward(Rows x, Rows bias, Rows y, in Activation activation);

    /// <summary>dx[n, inputs] (+)= dy[n, outputs]·W; if <paramref name="slope"/> has rows, the result ⊙ slope.</summary>
    public abstract void ReverseInput(Rows dy, Rows dx, Rows slope, bool accumulate);

    /// <summary>
    /// dW[o, inputs] += Σₙ dy[n, o]·x[n] and, if <paramref name="biasGradient"/> has a row, db[o] += Σₙ dy[n, o], for
    /// <paramref name="count"/> outputs from <paramref name="first"/>.
    /// </summary>
    public abstract void WeightGradient(Rows x, Rows dy, Rows weightGradient, Rows biasGradient, int first, int count);

    /// <summary>Frees the packed weights.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the packed weights.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>The kernels of one convolution, with its weights packed for them. Rows are [height, width, channels].</summary>
public abstract class ConvolutionKernel : IDisposable
{
    /// <summary>Scratch floats that each call needs.</summary>
    public abstract int ScratchLength { get; }

    /// <summary>Numbers in its tables: memory in addition to the weights.</summary>
    public abstract int TableLength { get; }

    /// <summary>Floats of one partial gradient: weights in the kernel's own order, then the bias.</summary>
    public abstract int PartialLength { get; }

    /// <summary>Number of independent packing tasks.</summary>
    public abstract int PackTasks { get; }

    /// <summary>Packs all weights.</summary>
    public void Pack(Rows weights)
    {
        for (int task = 0; task < PackTasks; task++)
            Pack(weights, task);
    }

    /// <summary>
    /// Packs part of the weights [outputs, channels, kernel, kernel]; after every change, all parts must be packed, in any order and on any
    /// worker.
    /// </summary>
    public abstract void Pack(Rows weights, int task);

    /// <summary>y = f(x ∗ W + bias); <paramref name="bias"/> has one row, or none.</summary>
    public abstract void Forward(Rows x, Rows bias, Rows y, Rows scratch, in Activation activation);

    /// <summary>
    /// dx (+)= the gradient of x ∗ W with respect to x, applied to dy; if <paramref name="slope"/> has rows, the result ⊙ slope.
    /// </summary>
    public abstract void ReverseInput(Rows dy, Rows dx, Rows slope, Rows scratch, bool accumulate);

    /// <summary>
    /// Writes the partial gradient of some rows to <paramref name="partial"/>; if <paramref name="adds"/>, adds that of the weights, and
    /// leaves the bias as it is.
    /// </summary>
    public abstract void WeightGradient(Rows x, Rows dy, Rows partial, Rows scratch, bool adds = false);

    /// <summary>Adds partial gradients, in order, to the gradients of weights [outputs, channels, kernel, kernel] and bias.</summary>
    public abstract void AddPartials(Rows partials, Rows weightGradient, Rows biasGradient);

    /// <summary>Frees the packed weights.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the packed weights.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>
/// A pointwise function that a linear map applies to its outputs while they are in the nearest cache; by default none.
/// </summary>
/// <param name="Function">f, or null.</param>
/// <param name="Parameter">The function's parameter, if it has one.</param>
/// <param name="Slope">Receives f′ for every output; no rows if it is not needed.</param>
public readonly record struct Activation(PointwiseFunction? Function, float Parameter, Rows Slope)
{
    internal unsafe Epilogue Epilogue =>
        Function is { } f ? Compute.Epilogue.Activate(f, Parameter, Slope.Count == 0 ? null : Slope.Pointer) : default;
}

/// <summary>The shape of a convolution.</summary>
/// <param name="Height">Input height in pixels.</param>
/// <param name="Width">Input width in pixels.</param>
/// <param name="Channels">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Side of the square kernel.</param>
/// <param name="Stride">Step between outputs, both ways.</param>
/// <param name="Padding">Zeros around the input on every side.</param>
public readonly record struct ConvolutionShape(int Height, int Width, int Channels, int Outputs, int Kernel, int Stride, int Padding)
{
    /// <summary>Output height.</summary>
    public int OutputHeight => (Height + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Output width.</summary>
    public int OutputWidth => (Width + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Output positions of one row.</summary>
    public int Positions => OutputHeight * OutputWidth;

    /// <summary>Inputs of one output: kernel² · channels.</summary>
    public int Taps => Kernel * Kernel * Channels;
}
