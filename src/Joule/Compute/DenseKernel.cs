namespace Joule.Compute;

/// <summary>The kernels of one dense linear map, with its weights packed for them.</summary>
public abstract class DenseKernel : IDisposable
{
    /// <summary>Packs weights [outputs, inputs]; to be called after every change of them.</summary>
    public abstract void Pack(Rows weights);

    /// <summary>y[n, outputs] = x[n, inputs]·Wᵀ + bias; <paramref name="bias"/> has one row, or none.</summary>
    public abstract void Forward(Rows x, Rows bias, Rows y);

    /// <summary>dx[n, inputs] (+)= dy[n, outputs]·W.</summary>
    public abstract void ReverseInput(Rows dy, Rows dx, bool accumulate);

    /// <summary>
    /// dW[o, inputs] += Σₙ dy[n, o]·x[n] and, where <paramref name="biasGradient"/> has a row, db[o] += Σₙ dy[n, o], for <paramref name="count"/> outputs from <paramref name="first"/>.
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

    /// <summary>Floats of one partial gradient: weights in the kernel's own order, then the bias.</summary>
    public abstract int PartialLength { get; }

    /// <summary>Packs weights [outputs, channels, kernel, kernel]; to be called after every change of them.</summary>
    public abstract void Pack(Rows weights);

    /// <summary>y = x ∗ W + bias; <paramref name="bias"/> has one row, or none.</summary>
    public abstract void Forward(Rows x, Rows bias, Rows y, Rows scratch);

    /// <summary>dx (+)= the gradient of y with respect to x, applied to dy.</summary>
    public abstract void ReverseInput(Rows dy, Rows dx, Rows scratch, bool accumulate);

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
