using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// A Langevin step on states in global memory whose gradient has been taken, as <see cref="LangevinKernel"/>. Its own parameters: the
/// noise scale; the step has more: the number of the step in the launch, step size, limit of the gradient, and where energies, squared
/// norms and the first steps that failed go.
/// </summary>
internal sealed class GlobalLangevin : GlobalChain
{
    private readonly F32 _sigma;

    private GlobalLangevin(PlanValue states, int threads, params ReadOnlySpan<GlobalOperand> operands) : base(states, threads, operands) =>
        _sigma = W.FloatParameter("noise_scale");

    /// <summary>Adds the noise of a step that comes before the gradient is taken.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Noise(PlanValue states, int threads)
    {
        GlobalLangevin kernel = new(states, threads);
        kernel.EachDraw(withNoise: true, (number, draw) =>
        {
            Address at = kernel.StateAt(number);
            kernel.Move(at, kernel.W.LoadGlobal(at), draw);
        });
        return kernel.Frame.Finish("langevin_noise", count => count);
    }

    /// <summary>The step.</summary>
    /// <param name="states">The states' value.</param>
    /// <param name="withNoise">Whether noise is added; otherwise it came before.</param>
    /// <param name="threads">Threads of a block.</param>
    public static GlobalLaunch Step(PlanValue states, bool withNoise, int threads)
    {
        GlobalLangevin kernel = new(states, threads, Gradient(states), Energies);
        kernel.WriteStep(withNoise);
        return kernel.Frame.Finish(withNoise ? "langevin" : "langevin_noise_first", count => count);
    }

    private void WriteStep(bool withNoise)
    {
        U32 step = W.WordParameter("step");
        F32 minusStep = W.Negate(W.FloatParameter("step_size")), clip = W.FloatParameter("gradient_clip"), minusClip = W.Negate(clip);
        (Address, Address, Address) places = (W.Pointer("energies"), W.Pointer("norms"), W.Pointer("failed"));
        ChainSums norms = new(Frame.Block, Frame.Block.Threads);
        W.BeginShared();
        F32 squares = W.Constant(0f);
        EachDraw(withNoise, (number, noise) =>
        {
            F32 slope = LoadGradient(number);
            W.Accumulate(squares, slope, slope);
            F32 limited = W.Min(W.Max(slope, minusClip), clip);
            Address at = StateAt(number);
            Move(at, W.MultiplyAdd(minusStep, limited, W.LoadGlobal(at)), noise);
        });
        norms.Store(W.Constant(0u), Frame.Block.Thread, squares);
        W.Barrier();
        norms.Gather();
        if (norms.HasLanes)
            W.Barrier();
        Frame.Block.ForChains(() => Note(W.LoadGlobal(W.Element(Frame.Of(Energies), Row, 4)), norms.Sum(), step, places));
    }

    private void Move(Address at, F32 from, F32? noise)
    {
        F32 moved = noise is { } draw ? W.MultiplyAdd(_sigma, draw, from) : from;
        W.StoreGlobal(at, 0, W.Min(W.Max(moved, Low), High));
    }
}
