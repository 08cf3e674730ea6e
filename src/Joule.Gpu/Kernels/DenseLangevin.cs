using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Langevin chains on the energy of a dense network: a block takes its chains through all their steps in one launch, with states,
/// activations and slopes in shared memory. The draws are those of the processor, bit for bit; sums are taken in another, fixed order.
/// </summary>
internal sealed class DenseLangevin
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them

    private readonly DenseStack _stack;
    private readonly int _chains;
    private readonly int _threads;
    private readonly PtxWriter _w = new();
    private readonly int _width;
    private readonly int _padded;
    private readonly int _states, _gradient, _energies, _partials;
    private readonly int[] _activations, _slopes;
    private readonly int[] _layerWidths;

    private DenseLangevin(DenseStack stack, int chains, int threads)
    {
        (_stack, _chains, _threads) = (stack, chains, threads);
        _width = stack.Widths[0];
        _padded = DenseStack.Padded(_width);
        _layerWidths = [.. stack.Widths.Skip(1).Select(DenseStack.Padded)];
        _states = _w.TakeShared(chains * _padded);
        _gradient = _w.TakeShared(chains * _padded);
        _activations = [.. _layerWidths.Select(n => _w.TakeShared(chains * n))];
        _slopes = [.. _layerWidths.Select(n => _w.TakeShared(chains * n))];
        _energies = _w.TakeShared(chains * _layerWidths[^1] / 4);
        _partials = _w.TakeShared(Enumerable.Range(0, _layerWidths.Length)
            .Max(l => Math.Max(Forward(l).PartialFloats, Reverse(l).PartialFloats)));
    }

    /// <summary>
    /// The kernel. Parameters: weights; states, in and out; energies of the last step's beginning; the first step of each chain with a
    /// non-finite energy, or 2³² − 1, and that energy; count; steps; η; σ; the gradient's limit; the walls; seed and step, low and high
    /// word, the latter with the purpose of the draws; the number of the first chain.
    /// </summary>
    /// <param name="stack">The network.</param>
    /// <param name="chains">Chains of a block.</param>
    /// <param name="threads">Threads of a block, a multiple of 32.</param>
    public static KernelText Write(DenseStack stack, int chains, int threads) => new DenseLangevin(stack, chains, threads).Write();

    private KernelText Write()
    {
        Address weights = _w.Pointer("weights"), states = _w.Pointer("states"), energies = _w.Pointer("energies");
        Address failedSteps = _w.Pointer("failed_steps"), failedEnergies = _w.Pointer("failed_energies");
        U32 count = _w.WordParameter("count"), steps = _w.WordParameter("steps");
        F32 minusStep = _w.Negate(_w.FloatParameter("step_size")), sigma = _w.FloatParameter("noise_scale");
        F32 clip = _w.FloatParameter("gradient_clip"), low = _w.FloatParameter("low"), high = _w.FloatParameter("high");
        NormalDraws draws = new(_w, _w.WordParameter("seed_low"), _w.WordParameter("seed_high"));
        U32 stepLow = _w.WordParameter("step_low"), stepHigh = _w.WordParameter("step_high");
        U32 firstChain = _w.WordParameter("first_chain");
        _w.BeginShared();
        U32 thread = _w.Thread(), block = _w.Block(), firstRow = _w.Multiply(block, (uint)_chains);
        U32 failed = _w.Constant(uint.MaxValue), step = _w.Constant(0u);
        F32 energy = _w.Constant(0f), failedEnergy = _w.Constant(0f);
        Clear(thread, _states);
        _w.Barrier();
        Copy(thread, states, firstRow, count, load: true);
        _w.Barrier();
        Label top = _w.NewLabel(), end = _w.NewLabel();
        _w.JumpIf(_w.IsZero(steps), end);
        _w.Place(top);
        for (int l = 0; l < _layerWidths.Length; l++)
        {
            Forward(l).Emit(_w, thread, At(weights, _stack.HiddenLayers[l].Forward), l == 0 ? _states : _activations[l - 1], Stride(l),
                _partials);
            _w.Barrier();
            Activate(thread, weights, l);
            _w.Barrier();
        }
        for (int l = _layerWidths.Length - 1; l >= 0; l--)
        {
            Reverse(l).Emit(_w, thread, At(weights, _stack.HiddenLayers[l].Reverse), _activations[l], Stride(l + 1), _partials);
            if (l == _layerWidths.Length - 1)
                SumEnergy(thread, step, energy, failed, failedEnergy);
            _w.Barrier();
            Spread(thread, l);
            _w.Barrier();
        }
        Update(thread, draws, stepLow, stepHigh, _w.Add(firstRow, firstChain), minusStep, sigma, clip, low, high);
        _w.Barrier();
        _w.Increase(step, 1);
        _w.Increase(stepLow, 1);
        _w.JumpIf(_w.Less(step, steps), top);
        _w.Place(end);
        Copy(thread, states, firstRow, count, load: false);
        U32 row = _w.Add(firstRow, thread);
        _w.If(_w.Less(thread, (uint)_chains), () => _w.If(_w.Less(row, count), () =>
        {
            _w.StoreGlobal(_w.Element(energies, row, 4), 0, energy);
            _w.StoreGlobal(_w.Element(failedSteps, row, 4), 0, failed);
            _w.StoreGlobal(_w.Element(failedEnergies, row, 4), 0, failedEnergy);
        }));
        return _w.Finish($"dense_langevin_{_chains}_{_threads}", _threads);
    }

    private ProductPhase Forward(int l) => new(l == 0 ? _padded : _layerWidths[l - 1], _layerWidths[l], _chains, _threads);

    private ProductPhase Reverse(int l) => new(_layerWidths[l], l == 0 ? _padded : _layerWidths[l - 1], _chains, _threads);

    // Bytes from one chain's numbers to the next, of the inputs of layer l.
    private int Stride(int l) => (l == 0 ? _padded : _layerWidths[l - 1]) * sizeof(float);

    private Address At(Address weights, int offset)
    {
        Address at = _w.Copy(weights);
        if (offset > 0)
            _w.Increase(at, offset * sizeof(float));
        return at;
    }

    // Padding is read with weights of 0, which must not meet NaN.
    private void Clear(U32 thread, int at)
    {
        F32 zero = _w.Constant(0f);
        _w.Spread(thread, _threads, _chains * _padded / 4, item =>
            _w.StoreShared4(_w.SharedBase(item, 16), at, [zero, zero, zero, zero]));
    }

    private void Copy(U32 thread, Address states, U32 firstRow, U32 count, bool load) =>
        _w.Spread(thread, _threads, _chains * _width, item =>
        {
            U32 chain = _w.Divide(item, (uint)_width), number = _w.Remainder(item, (uint)_width), row = _w.Add(firstRow, chain);
            _w.If(_w.Less(row, count), () =>
            {
                Address there = _w.Element(states, _w.MultiplyAdd(row, (uint)_width, number), 4);
                U32 here = _w.SharedBase(_w.MultiplyAdd(chain, (uint)_padded, number), 4);
                if (load)
                    _w.StoreShared(here, _states, _w.LoadGlobal(there));
                else
                    _w.StoreGlobal(there, 0, _w.LoadShared(here, _states));
            });
        });

    // Value and slope of a hidden layer; of the last one, what reverse starts with and the parts of the energy.
    private void Activate(U32 thread, Address weights, int l)
    {
        DenseStack.Hidden hidden = _stack.HiddenLayers[l];
        bool isLast = l == _layerWidths.Length - 1;
        int quads = _layerWidths[l] / 4;
        _w.Spread(thread, _threads, _chains * quads, item =>
        {
            U32 quad = _w.Remainder(item, (uint)quads);
            F32[] z = Forward(l).Sum(_w, item, _partials), bias = _w.LoadConstants4(_w.Element(At(weights, hidden.Bias), quad, 16));
            F32[] output = isLast ? _w.LoadConstants4(_w.Element(At(weights, _stack.OutputWeights), quad, 16)) : [];
            F32[] values = new F32[4], slopes = new F32[4];
            F32 part = _w.Constant(0f);
            for (int c = 0; c < 4; c++)
            {
                (values[c], slopes[c]) = PointwiseEmitter.Emit(_w, hidden.Function, hidden.Parameter, _w.Add(z[c], bias[c]));
                if (isLast)
                {
                    _w.Accumulate(part, values[c], output[c]);
                    values[c] = _w.Multiply(slopes[c], output[c]);
                }
            }
            U32 to = _w.SharedBase(item, 16);
            _w.StoreShared4(to, _activations[l], values);
            if (isLast)
                _w.StoreShared(_w.SharedBase(item, 4), _energies, part);
            else
                _w.StoreShared4(to, _slopes[l], slopes);
        });
    }

    // The gradient of a layer's inputs: that of the state, or of the hidden layer before, times its slope.
    private void Spread(U32 thread, int l)
    {
        int quads = Reverse(l).Outputs / 4;
        _w.Spread(thread, _threads, _chains * quads, item =>
        {
            F32[] gradient = Reverse(l).Sum(_w, item, _partials);
            U32 at = _w.SharedBase(item, 16);
            if (l > 0)
            {
                F32[] slopes = _w.LoadShared4(at, _slopes[l - 1]);
                for (int c = 0; c < 4; c++)
                    gradient[c] = _w.Multiply(gradient[c], slopes[c]);
            }
            _w.StoreShared4(at, l == 0 ? _gradient : _activations[l - 1], gradient);
        });
    }

    // Thread r keeps the energy of chain r, and its first non-finite one.
    private void SumEnergy(U32 thread, U32 step, F32 energy, U32 failed, F32 failedEnergy) =>
        _w.If(_w.Less(thread, (uint)_chains), () =>
        {
            int quads = _layerWidths[^1] / 4;
            U32 from = _w.SharedBase(_w.Multiply(thread, (uint)quads), 4);
            F32 sum = _w.Constant(_stack.OutputBias);
            for (int q = 0; q < quads; q++)
                _w.AddTo(sum, _w.LoadShared(from, _energies + 4 * q));
            _w.Assign(energy, sum);
            // x − x is 0 for finite numbers alone.
            Condition finite = _w.IsZero(_w.And(_w.AsWord(_w.Subtract(sum, sum)), 0x7FFFFFFFu));
            _w.Unless(finite, () => _w.If(_w.IsZero(_w.Add(failed, 1)), () =>
            {
                _w.Assign(failed, step);
                _w.Assign(failedEnergy, sum);
            }));
        });

    // One thread takes the four numbers of a block of the generator: 16 apart in a group of 64.
    private void Update(
        U32 thread, NormalDraws draws, U32 stepLow, U32 stepHigh, U32 firstChain, F32 minusStep, F32 sigma, F32 clip, F32 low, F32 high)
    {
        int blocks = (_width + Group - 1) / Group * Lanes;
        F32 minusClip = _w.Negate(clip);
        _w.Spread(thread, _threads, _chains * blocks, item =>
        {
            U32 chain = _w.Divide(item, (uint)blocks), counter = _w.Remainder(item, (uint)blocks);
            U32 first = _w.MultiplyAdd(_w.Divide(counter, Lanes), Group, _w.Remainder(counter, Lanes));
            F32[] noise = draws.Normals(counter, _w.Add(chain, firstChain), stepLow, stepHigh);
            U32 at = _w.SharedBase(_w.MultiplyAdd(chain, (uint)_padded, first), 4);
            for (int n = 0; n < 4 && n * Lanes < _width; n++)
            {
                int offset = n * Lanes * sizeof(float);
                F32 draw = noise[n];
                _w.If(_w.Less(_w.Add(first, (uint)(n * Lanes)), (uint)_width), () =>
                {
                    F32 limited = _w.Min(_w.Max(_w.LoadShared(at, _gradient + offset), minusClip), clip);
                    F32 moved = _w.MultiplyAdd(minusStep, limited, _w.LoadShared(at, _states + offset));
                    moved = _w.MultiplyAdd(sigma, draw, moved);
                    _w.StoreShared(at, _states + offset, _w.Min(_w.Max(moved, low), high));
                });
            }
        });
    }
}
