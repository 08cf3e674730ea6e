using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// The steps of optimisers: a thread takes a parameter, and computes as a processor does, operation for operation. All but the moving
/// average zero the gradient.
/// </summary>
internal static class ParameterKernels
{
    // As on a processor: smaller means of gradients and of squares become 0.
    private const float LeastMean = 1e-30f, LeastSquare = 1.17549435e-38f;

    /// <summary>
    /// Adam. Parameters: parameters, gradient, mean, square; how many; the factor of the gradient, β₁, β₂, ε, the corrections of mean and
    /// square, the learning rate, and what the decay leaves.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Adam(int threads)
    {
        PtxWriter w = new();
        Address parameters = w.Pointer("parameters"), gradients = w.Pointer("gradient"), means = w.Pointer("mean");
        Address squares = w.Pointer("square");
        U32 count = w.WordParameter("count");
        F32 scale = w.FloatParameter("gradient_scale"), beta1 = w.FloatParameter("beta1"), beta2 = w.FloatParameter("beta2");
        F32 epsilon = w.FloatParameter("epsilon"), correction1 = w.FloatParameter("correction1");
        F32 correction2 = w.FloatParameter("correction2"), rate = w.FloatParameter("rate"), keep = w.FloatParameter("keep");
        F32 rest1 = Rest(w, beta1), rest2 = Rest(w, beta2);
        Each(w, threads, count, i =>
        {
            (Address p, Address g, Address m, Address v) = (At(w, parameters, i), At(w, gradients, i), At(w, means, i), At(w, squares, i));
            F32 gradient = w.Multiply(w.LoadGlobal(g), scale);
            F32 mean = Flush(w, w.Add(w.Multiply(beta1, w.LoadGlobal(m)), w.Multiply(rest1, gradient)));
            F32 square = FlushSquare(
                w, w.Add(w.Multiply(beta2, w.LoadGlobal(v)), w.Multiply(w.Multiply(rest2, gradient), gradient)));
            F32 root = w.Add(w.Sqrt(w.Multiply(square, correction2)), epsilon);
            F32 step = w.Divide(w.Multiply(rate, w.Multiply(mean, correction1)), root);
            w.StoreGlobal(m, 0, mean);
            w.StoreGlobal(v, 0, square);
            w.StoreGlobal(p, 0, w.Subtract(w.Multiply(keep, w.LoadGlobal(p)), step));
            w.StoreGlobal(g, 0, w.Constant(0f));
        });
        return w.Finish("parameters_adam", threads);
    }

    /// <summary>
    /// Gradient descent with momentum. Parameters: parameters, gradient, velocity; how many; the factor of the gradient, the momentum, the
    /// learning rate, and what the decay leaves.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Momentum(int threads)
    {
        PtxWriter w = new();
        Address parameters = w.Pointer("parameters"), gradients = w.Pointer("gradient"), velocities = w.Pointer("velocity");
        U32 count = w.WordParameter("count");
        F32 scale = w.FloatParameter("gradient_scale"), momentum = w.FloatParameter("momentum"), rate = w.FloatParameter("rate");
        F32 keep = w.FloatParameter("keep");
        Each(w, threads, count, i =>
        {
            (Address p, Address g, Address v) = (At(w, parameters, i), At(w, gradients, i), At(w, velocities, i));
            F32 velocity = Flush(w, w.Add(w.Multiply(momentum, w.LoadGlobal(v)), w.Multiply(scale, w.LoadGlobal(g))));
            w.StoreGlobal(v, 0, velocity);
            w.StoreGlobal(p, 0, w.Subtract(w.Multiply(keep, w.LoadGlobal(p)), w.Multiply(rate, velocity)));
            w.StoreGlobal(g, 0, w.Constant(0f));
        });
        return w.Finish("parameters_momentum", threads);
    }

    /// <summary>
    /// RMSProp. Parameters: parameters, gradient, square; how many; the factor of the gradient, the smoothing, ε, the learning rate, and
    /// what the decay leaves.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText RmsProp(int threads)
    {
        PtxWriter w = new();
        Address parameters = w.Pointer("parameters"), gradients = w.Pointer("gradient"), squares = w.Pointer("square");
        U32 count = w.WordParameter("count");
        F32 scale = w.FloatParameter("gradient_scale"), smoothing = w.FloatParameter("smoothing"), epsilon = w.FloatParameter("epsilon");
        F32 rate = w.FloatParameter("rate"), keep = w.FloatParameter("keep"), rest = Rest(w, smoothing);
        Each(w, threads, count, i =>
        {
            (Address p, Address g, Address s) = (At(w, parameters, i), At(w, gradients, i), At(w, squares, i));
            F32 gradient = w.Multiply(w.LoadGlobal(g), scale);
            F32 square = FlushSquare(
                w, w.Add(w.Multiply(smoothing, w.LoadGlobal(s)), w.Multiply(w.Multiply(rest, gradient), gradient)));
            F32 step = w.Divide(w.Multiply(rate, gradient), w.Add(w.Sqrt(square), epsilon));
            w.StoreGlobal(s, 0, square);
            w.StoreGlobal(p, 0, w.Subtract(w.Multiply(keep, w.LoadGlobal(p)), step));
            w.StoreGlobal(g, 0, w.Constant(0f));
        });
        return w.Finish("parameters_rmsprop", threads);
    }

    /// <summary>a ← a + (1 − decay)·(x − a). Parameters: averages; numbers; how many; the decay.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText MovingAverage(int threads)
    {
        PtxWriter w = new();
        Address averages = w.Pointer("averages"), numbers = w.Pointer("numbers");
        U32 count = w.WordParameter("count");
        F32 rest = Rest(w, w.FloatParameter("decay"));
        Each(w, threads, count, i =>
        {
            Address at = At(w, averages, i);
            F32 average = w.LoadGlobal(at), apart = w.Subtract(w.LoadGlobal(At(w, numbers, i)), average);
            w.StoreGlobal(at, 0, w.Add(average, w.Multiply(rest, apart)));
        });
        return w.Finish("parameters_moving_average", threads);
    }

    private static void Each(PtxWriter w, int threads, U32 count, Action<U32> body)
    {
        U32 i = w.MultiplyAdd(w.Block(), (uint)threads, w.Thread());
        w.If(w.Less(i, count), () => body(i));
    }

    private static Address At(PtxWriter w, Address numbers, U32 i) => w.Element(numbers, i, sizeof(float));

    private static F32 Rest(PtxWriter w, F32 share) => w.Subtract(w.Constant(1f), share);

    // NaN stays NaN.
    private static F32 Flush(PtxWriter w, F32 x) =>
        w.Select(w.Above(w.Constant(LeastMean), w.Absolute(x)), w.Constant(0f), x);

    private static F32 FlushSquare(PtxWriter w, F32 x) => w.Select(w.Above(w.Constant(LeastSquare), x), w.Constant(0f), x);
}
