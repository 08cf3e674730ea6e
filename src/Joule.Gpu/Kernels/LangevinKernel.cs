using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Langevin chains, as <see cref="Joule.Samplers.Langevin"/>. Its own parameters: step size, noise scale and limit of the gradient.
/// </summary>
internal sealed class LangevinKernel : ChainKernel
{
    private readonly bool _noiseFirst;
    private readonly F32 _minusStep;
    private readonly F32 _sigma;
    private readonly F32 _clip;

    private LangevinKernel(BlockFrame frame, EnergyEmitter energy, bool noiseFirst) : base(frame, energy)
    {
        _noiseFirst = noiseFirst;
        _minusStep = W.Negate(W.FloatParameter("step_size"));
        _sigma = W.FloatParameter("noise_scale");
        _clip = W.FloatParameter("gradient_clip");
    }

    /// <summary>Writes the kernel.</summary>
    /// <param name="frame">The block.</param>
    /// <param name="energy">The energy, written into the frame.</param>
    /// <param name="noiseFirst">Whether the noise is added before the gradient is taken.</param>
    public static KernelText Write(BlockFrame frame, EnergyEmitter energy, bool noiseFirst) =>
        new LangevinKernel(frame, energy, noiseFirst).Write(noiseFirst ? "langevin_noise_first" : "langevin");

    /// <inheritdoc/>
    protected override void WriteSteps()
    {
        Label top = W.NewLabel(), end = W.NewLabel();
        F32 minusClip = W.Negate(_clip);
        W.JumpIf(W.IsZero(Steps), end);
        W.Place(top);
        if (_noiseFirst)
        {
            EachDraw((chain, counter, each) =>
            {
                F32[] noise = Normals(chain, counter);
                each((n, number) => Move(chain, number, Energy.States.Load(W, chain, number), noise[n]));
            });
            W.Barrier();
        }
        Energy.Emit(withGradient: true);
        EachDraw((chain, counter, each) =>
        {
            F32[] noise = _noiseFirst ? [] : Normals(chain, counter);
            F32 squares = W.Constant(0f);
            each((n, number) =>
            {
                F32 gradient = Energy.Gradient.Load(W, chain, number);
                W.Accumulate(squares, gradient, gradient);
                F32 limited = W.Min(W.Max(gradient, minusClip), _clip);
                F32 moved = W.MultiplyAdd(_minusStep, limited, Energy.States.Load(W, chain, number));
                Move(chain, number, moved, _noiseFirst ? null : noise[n]);
            });
            Norms.Store(chain, counter, squares);
        });
        W.Barrier();
        Norms.Gather();
        if (Norms.HasLanes)
            W.Barrier();
        Frame.ForChains(() => Note(Energy.Energy, Norms.Sum()));
        CountStep();
        W.JumpIf(W.Less(Step, Steps), top);
        W.Place(end);
    }

    private void Move(U32 chain, U32 number, F32 from, F32? noise)
    {
        F32 moved = noise is { } draw ? W.MultiplyAdd(_sigma, draw, from) : from;
        Energy.States.Store(W, chain, number, W.Min(W.Max(moved, Low), High));
    }
}
