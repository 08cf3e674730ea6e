namespace Joule.Compute;

/// <summary>The kernels of one dense linear map, with its weights packed for them.</summary>
public abstract class DenseKernel : IDisposable
{
    /// <summary>How many parts the packing has.</summary>
    public abstract int PackTasks { get; }

    /// <summary>Packs all the weights.</summary>
    public void Pack(Rows weights)
    {
        for (int task = 0; task < PackTasks; task++)
            Pack(weights, task);
    }

    /// <summary>
    /// Packs a part of the weights [outputs, inputs]; all parts are to be packed after every change of them, in any order and on any
    /// worker.
    /// </summary>
    public abstract void Pack(Rows weights, int task);

    /// <summary>y[n, outputs] = f(x[n, inputs]·Wᵀ + bias); <paramref name="bias"/> has one row, or none.</summary>
    public abstract void Forward(Rows x, Rows bias, Rows y, in Activation activation);

    /// <summary>dx[n, inputs] (+)= dy[n, outputs]·W, and where there are rows of <paramref name="slope"/>, the whole ⊙ slope.</summary>
    public abstract void ReverseInput(Rows dy, Rows dx, Rows slope, bool accumulate);

    /// <summary>
    /// dW[o, inputs] += Σₙ dy[n, o]·x[n] and, where <paramref name="biasGradient"/> has a row, db[o] += Σₙ dy[n, o], for
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
    /// <summary>Floats of scratch that each call needs.</summary>
    public abstract int ScratchLength { get; }

    /// <summary>Numbers in its tables: memory that it takes beside the weights, whatever they are.</summary>
    public abstract int TableLength { get; }

    /// <summary>Floats of one partial gradient: weights in the kernel's own order, then the bias.</summary>
    public abstract int PartialLength { get; }

    /// <summary>How many parts the packing has.</summary>
    public abstract int PackTasks { get; }

    /// <summary>Packs all the weights.</summary>
    public void Pack(Rows weights)
    {
        for (int task = 0; task < PackTasks; task++)
            Pack(weights, task);
    }

    /// <summary>
    /// Packs a part of the weights [outputs, channels, kernel, kernel]; all parts are to be packed after every change of them, in any order
    /// and on any worker.
    /// </summary>
    public abstract void Pack(Rows weights, int task);

    /// <summary>y = f(x ∗ W + bias); <paramref name="bias"/> has one row, or none.</summary>
    public abstract void Forward(Rows x, Rows bias, Rows y, Rows scratch, in Activation activation);

    /// <summary>
    /// dx (+)= the gradient of x ∗ W with respect to x, applied to dy, and where there are rows of <paramref name="slope"/>, the whole ⊙
    /// slope.
    /// </summary>
    public abstract void ReverseInput(Rows dy, Rows dx, Rows slope, Rows scratch, bool accumulate);

    /// <summary>Writes the partial gradient of some rows to <paramref name="partial"/>.</summary>
    public abstract void WeightGradient(Rows x, Rows dy, Rows partial, Rows scratch);

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
/// A pointwise function that a linear map applies to its outputs before they leave the nearest cache; the default applies none.
/// </summary>
/// <param name="Function">f, or null for none.</param>
/// <param name="Parameter">The function's parameter, where it has one.</param>
/// <param name="Slope">Receives f′ for every output; no rows where nobody asks for it.</param>
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

    /// <summary>Inputs that one output looks at: kernel² · channels.</summary>
    public int Taps => Kernel * Kernel * Channels;
}
