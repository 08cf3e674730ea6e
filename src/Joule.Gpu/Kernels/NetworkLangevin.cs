using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Langevin chains on the energy of a network: a block takes its chains through all their steps in one launch, with states, activations and
/// slopes in shared memory. The draws are those of the processor, bit for bit; sums are taken in another, fixed order.
/// </summary>
internal sealed class NetworkLangevin
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them
    private const int MostPositions = 4;

    private readonly LayerPlan _plan;
    private readonly int _chains;
    private readonly int _threads;
    private readonly PtxWriter _w = new();
    private readonly int _width;
    private readonly int _energies;
    private readonly int _planes; // bytes of everything that must start as zero
    private readonly int _partials;

    private NetworkLangevin(LayerPlan plan, int chains, int threads)
    {
        (_plan, _chains, _threads) = (plan, chains, threads);
        _width = plan.States.Channels * plan.States.Height * plan.States.Width;
        Place(plan.States);
        Place(plan.StateGradient);
        foreach (PlannedLayer layer in plan.Layers)
        {
            if (layer != plan.Layers[^1])
                Place(layer.Output);
            Place(layer.Gradient);
            layer.SlopesAt = _w.TakeShared(chains * layer.Output.InnerFloats);
        }
        _planes = _w.SharedBytes;
        _energies = _w.TakeShared(Last.Items);
        _partials = _w.TakeShared(plan.Layers.Max(l => Math.Max(Emitter(l.Forward).PartialFloats,
            l.Reverse.Sum(part => Emitter(part.Job).PartialFloats))));
    }

    private JobEmitter Last => Emitter(_plan.Layers[^1].Forward);

    /// <summary>
    /// The kernel. Parameters: weights; states, in and out; energies of the last step's beginning; the first step of each chain with a
    /// non-finite energy, or 2³² − 1, and that energy; and those of <see cref="LangevinLaunch"/>.
    /// </summary>
    /// <param name="plan">The network.</param>
    /// <param name="chains">Chains of a block.</param>
    /// <param name="threads">Threads of a block, a multiple of 32.</param>
    public static KernelText Write(LayerPlan plan, int chains, int threads) => new NetworkLangevin(plan, chains, threads).Write();

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
        U32 thread = _w.Thread(), firstRow = _w.Multiply(_w.Block(), (uint)_chains);
        U32 failed = _w.Constant(uint.MaxValue), step = _w.Constant(0u);
        F32 energy = _w.Constant(0f), failedEnergy = _w.Constant(0f);
        Clear(thread);
        _w.Barrier();
        Copy(thread, states, firstRow, count, load: true);
        _w.Barrier();
        Label top = _w.NewLabel(), end = _w.NewLabel();
        _w.JumpIf(_w.IsZero(steps), end);
        _w.Place(top);
        foreach (PlannedLayer layer in _plan.Layers)
        {
            Emitter(layer.Forward).Emit(_w, thread, At(weights, layer.Forward.WeightsAt), _partials);
            _w.Barrier();
            Activate(thread, weights, layer);
            _w.Barrier();
        }
        for (int l = _plan.Layers.Count - 1; l >= 0; l--)
        {
            int partials = _partials;
            foreach (ReverseJob part in _plan.Layers[l].Reverse)
            {
                Emitter(part.Job).Emit(_w, thread, At(weights, part.Job.WeightsAt), partials);
                partials += Emitter(part.Job).PartialFloats * sizeof(float);
            }
            if (l == _plan.Layers.Count - 1)
                SumEnergy(thread, step, energy, failed, failedEnergy);
            _w.Barrier();
            partials = _partials;
            foreach (ReverseJob part in _plan.Layers[l].Reverse)
            {
                Return(thread, part, l == 0 ? null : _plan.Layers[l - 1], partials);
                partials += Emitter(part.Job).PartialFloats * sizeof(float);
            }
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
        return _w.Finish($"langevin_{_chains}_{_threads}", _threads);
    }

    private void Place(Plane plane) => plane.At = _w.TakeShared(_chains * plane.Floats);

    private JobEmitter Emitter(LinearJob job) => new(job, _chains, _threads, MostPositions);

    private Address At(Address weights, int offset)
    {
        Address at = _w.Copy(weights);
        if (offset > 0)
            _w.Increase(at, offset * sizeof(float));
        return at;
    }

    // Borders and padding are read with weights that may be 0, and must not be NaN.
    private void Clear(U32 thread)
    {
        F32 zero = _w.Constant(0f);
        _w.Spread(thread, _threads, _planes / 16, item => _w.StoreShared4(_w.SharedBase(item, 16), 0, [zero, zero, zero, zero]));
    }

    // The float of a number of a chain's state.
    private U32 StateFloat(U32 chain, U32 number)
    {
        Plane plane = _plan.States;
        U32 start = _w.MultiplyAdd(chain, (uint)plane.Floats, (uint)plane.Pixel(0, 0));
        if (!plane.IsScalar)
            return _w.Add(start, number);
        U32 y = _w.Divide(number, (uint)plane.Width), x = _w.Remainder(number, (uint)plane.Width);
        return _w.Add(_w.MultiplyAdd(y, (uint)plane.RowFloats, start), x);
    }

    private void Copy(U32 thread, Address states, U32 firstRow, U32 count, bool load) =>
        _w.Spread(thread, _threads, _chains * _width, item =>
        {
            U32 chain = _w.Divide(item, (uint)_width), number = _w.Remainder(item, (uint)_width), row = _w.Add(firstRow, chain);
            _w.If(_w.Less(row, count), () =>
            {
                Address there = _w.Element(states, _w.MultiplyAdd(row, (uint)_width, number), 4);
                U32 here = _w.SharedBase(StateFloat(chain, number), 4);
                if (load)
                    _w.StoreShared(here, _plan.States.At, _w.LoadGlobal(there));
                else
                    _w.StoreGlobal(there, 0, _w.LoadShared(here, _plan.States.At));
            });
        });

    // Values and slopes of a hidden layer; of the last one, what reverse starts with and the parts of the energy.
    private void Activate(U32 thread, Address weights, PlannedLayer layer)
    {
        JobEmitter job = Emitter(layer.Forward);
        bool isLast = layer == _plan.Layers[^1];
        Plane to = isLast ? layer.Gradient : layer.Output;
        _w.Spread(thread, _threads, job.Items, item =>
        {
            U32 quad = _w.Remainder(item, (uint)job.Quads), row = _w.Divide(item, (uint)job.Quads);
            U32 chain = _w.Divide(row, (uint)layer.Forward.Positions), pixel = _w.Remainder(row, (uint)layer.Forward.Positions);
            U32 inner = _w.MultiplyAdd(pixel, (uint)job.Quads, quad);
            F32[] z = job.Sum(_w, item, _partials), bias = _w.LoadConstants4(_w.Element(At(weights, layer.BiasAt), quad, 16));
            F32[] output = isLast ? _w.LoadConstants4(_w.Element(At(weights, _plan.OutputWeightsAt), inner, 16)) : [];
            F32[] values = new F32[4], slopes = new F32[4];
            F32 part = _w.Constant(0f);
            for (int c = 0; c < 4; c++)
            {
                (values[c], slopes[c]) = PointwiseEmitter.Emit(_w, layer.Function, layer.Parameter, _w.Add(z[c], bias[c]));
                if (!isLast)
                    continue;
                _w.Accumulate(part, values[c], output[c]);
                values[c] = _w.Multiply(slopes[c], output[c]);
            }
            _w.StoreShared4(PixelBase(to, chain, pixel, quad), to.At, values);
            if (isLast)
                _w.StoreShared(_w.SharedBase(item, 4), _energies, part);
            else
                _w.StoreShared4(_w.SharedBase(_w.MultiplyAdd(chain, (uint)to.InnerFloats / 4, inner), 16), layer.SlopesAt, slopes);
        });
    }

    // The gradient of a layer's inputs: that of the state, or of the layer before, times its slope.
    private void Return(U32 thread, ReverseJob part, PlannedLayer? before, int partials)
    {
        JobEmitter job = Emitter(part.Job);
        Plane to = before?.Gradient ?? _plan.StateGradient;
        int positions = part.Job.Positions;
        _w.Spread(thread, _threads, job.Items, item =>
        {
            U32 quad = _w.Remainder(item, (uint)job.Quads), row = _w.Divide(item, (uint)job.Quads);
            U32 chain = _w.Divide(row, (uint)positions), position = _w.Remainder(row, (uint)positions);
            F32[] gradient = job.Sum(_w, item, partials);
            if (part.IsTile)
            {
                StoreTile(part, to, chain, position, quad, gradient);
                return;
            }
            U32 pixel;
            if (part.Job.Step == 0)
            {
                // A dense layer returns to all pixels at its one position.
                uint quadsOfPixel = (uint)to.PixelFloats / 4;
                (pixel, quad) = (_w.Divide(quad, quadsOfPixel), _w.Remainder(quad, quadsOfPixel));
            }
            else
            {
                U32 y = _w.Divide(position, (uint)part.Job.Columns), x = _w.Remainder(position, (uint)part.Job.Columns);
                pixel = _w.MultiplyAdd(_w.MultiplyAdd(y, (uint)part.Step, (uint)part.RowPhase), (uint)to.Width,
                    _w.MultiplyAdd(x, (uint)part.Step, (uint)part.ColumnPhase));
            }
            if (before is not null)
            {
                U32 inner = _w.MultiplyAdd(pixel, (uint)to.PixelFloats / 4, quad);
                F32[] slopes = _w.LoadShared4(_w.SharedBase(_w.MultiplyAdd(chain, (uint)to.InnerFloats / 4, inner), 16), before.SlopesAt);
                for (int c = 0; c < 4; c++)
                    gradient[c] = _w.Multiply(gradient[c], slopes[c]);
            }
            _w.StoreShared4(PixelBase(to, chain, pixel, quad), to.At, gradient);
        });
    }

    // Outputs 0, 1, … of a position are the pixels of a square of Step × Step.
    private void StoreTile(ReverseJob part, Plane to, U32 chain, U32 position, U32 quad, F32[] gradient)
    {
        U32 y = _w.Divide(position, (uint)part.Job.Columns), x = _w.Remainder(position, (uint)part.Job.Columns);
        for (int c = 0; c < 4 && c < part.Job.Outputs; c++)
        {
            F32 value = gradient[c];
            U32 output = _w.MultiplyAdd(quad, 4, (uint)c);
            U32 row = _w.MultiplyAdd(y, (uint)part.Step, _w.Divide(output, (uint)part.Step));
            U32 column = _w.MultiplyAdd(x, (uint)part.Step, _w.Remainder(output, (uint)part.Step));
            _w.If(_w.Less(row, (uint)to.Height), () => _w.If(_w.Less(column, (uint)to.Width), () => _w.StoreShared(
                _w.SharedBase(_w.MultiplyAdd(chain, (uint)to.Floats, _w.MultiplyAdd(row, (uint)to.Width, column)), 4), to.At, value)));
        }
    }

    // Where four channels of a pixel of a chain's plane lie.
    private U32 PixelBase(Plane plane, U32 chain, U32 pixel, U32 quad)
    {
        uint quads = (uint)plane.PixelFloats / 4;
        U32 start = _w.Add(_w.MultiplyAdd(chain, (uint)plane.Floats / 4, quad), (uint)plane.Pixel(0, 0) / 4);
        if (plane.Height * plane.Width == 1)
            return _w.SharedBase(start, 16);
        U32 y = _w.Divide(pixel, (uint)plane.Width), x = _w.Remainder(pixel, (uint)plane.Width);
        return _w.SharedBase(_w.MultiplyAdd(y, (uint)plane.RowFloats / 4, _w.MultiplyAdd(x, quads, start)), 16);
    }

    // Thread r keeps the energy of chain r, and its first non-finite one.
    private void SumEnergy(U32 thread, U32 step, F32 energy, U32 failed, F32 failedEnergy) =>
        _w.If(_w.Less(thread, (uint)_chains), () =>
        {
            int items = Last.Items / _chains;
            U32 from = _w.SharedBase(_w.Multiply(thread, (uint)items), 4);
            F32 sum = _w.Constant(_plan.OutputBias);
            for (int i = 0; i < items; i++)
                _w.AddTo(sum, _w.LoadShared(from, _energies + 4 * i));
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
            for (int n = 0; n < 4 && n * Lanes < _width; n++)
            {
                F32 draw = noise[n];
                U32 number = _w.Add(first, (uint)(n * Lanes));
                _w.If(_w.Less(number, (uint)_width), () =>
                {
                    U32 at = _w.SharedBase(_w.MultiplyAdd(chain, (uint)_plan.StateGradient.Floats, number), 4);
                    U32 state = _w.SharedBase(StateFloat(chain, number), 4);
                    F32 limited = _w.Min(_w.Max(_w.LoadShared(at, _plan.StateGradient.At), minusClip), clip);
                    F32 moved = _w.MultiplyAdd(minusStep, limited, _w.LoadShared(state, _plan.States.At));
                    moved = _w.MultiplyAdd(sigma, draw, moved);
                    _w.StoreShared(state, _plan.States.At, _w.Min(_w.Max(moved, low), high));
                });
            }
        });
    }
}
