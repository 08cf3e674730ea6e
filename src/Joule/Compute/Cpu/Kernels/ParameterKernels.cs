namespace Joule.Compute;

/// <summary>Updates of parameters.</summary>
public static unsafe partial class Kernels
{
    /// <summary>
    /// One Adam step over a range of parameters (Kingma and Ba 2015, with decoupled weight decay as in Loshchilov and Hutter 2019). The
    /// gradient is zeroed.
    /// </summary>
    public static void Adam(Rows parameters, Rows gradient, Rows mean, Rows square, in AdamCoefficients c) =>
        OptimizerKernels.Adam(parameters.Pointer, gradient.Pointer, mean.Pointer, square.Pointer, parameters.Length, c);

    /// <summary>One step of gradient descent with momentum: v ← μ·v + g, θ ← θ − η·v. The gradient is zeroed.</summary>
    public static void Momentum(
        Rows parameters, Rows gradient, Rows velocity, float learningRate, float momentum, float gradientScale, float decay) =>
        OptimizerKernels.Momentum(
            parameters.Pointer, gradient.Pointer, velocity.Pointer, parameters.Length, learningRate, momentum, gradientScale, decay);

    /// <summary>One RMSProp step: s ← ρ·s + (1 − ρ)·g², θ ← θ − η·g / (√s + ε). The gradient is zeroed.</summary>
    public static void RmsProp(
        Rows parameters, Rows gradient, Rows square, float learningRate, float smoothing, float epsilon, float gradientScale,
        float decay) =>
        OptimizerKernels.RmsProp(parameters.Pointer, gradient.Pointer, square.Pointer, parameters.Length, learningRate, smoothing, epsilon,
            gradientScale, decay);

    /// <summary>average ← decay · average + (1 − decay) · x.</summary>
    public static void MovingAverage(Rows average, Rows x, float decay) =>
        OptimizerKernels.MovingAverage(average.Pointer, x.Pointer, x.Length, decay);
}
