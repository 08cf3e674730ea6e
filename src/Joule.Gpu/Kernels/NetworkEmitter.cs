using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// The energy of a network: values, slopes and gradients of a block's chains lie in shared memory. Weights are read from global memory, but
/// for those that a block or a cluster keeps (<see cref="ResidentWeights"/>). Sums are taken in a fixed order, another one than on a
/// processor.
/// </summary>
internal sealed partial class NetworkEmitter : EnergyEmitter
{
    private const int MostPositions = 4;

    private readonly KernelPlan _plan;
    private readonly int _planes; // bytes of everything that must start as zero
    private readonly ChainSums _sums;
    private int _termPartials;
    private readonly Dictionary<PlanTerm, int> _firstPart = [];
    private readonly Dictionary<LinearStep, (int Forward, int Reverse)> _partials = []; // the byte of the parts' sums
    private Address _weights;
    private ResidentWeights? _resident;

    /// <summary>Takes shared memory. A plan can be written into one kernel at a time.</summary>
    /// <param name="frame">The kernel, nothing of whose shared memory is taken yet.</param>
    /// <param name="plan">The network.</param>
    public NetworkEmitter(BlockFrame frame, KernelPlan plan) : base(frame)
    {
        _plan = plan;
        foreach (PlanValue value in plan.Values)
        {
            value.Plane.At = W.TakeShared(frame.Chains * value.Plane.Floats);
            bool isApart = value.HasOwnGradient && value.NeedsGradient;
            value.Gradient.At = isApart ? W.TakeShared(frame.Chains * value.Gradient.Floats) : value.Plane.At;
        }
        if (plan.Trains)
            plan.ChainWeights.At = W.TakeShared(frame.Chains * plan.ChainWeights.Floats);
        if (plan.Directions is { } directions)
        {
            plan.DirectionWeights.At = W.TakeShared(frame.Chains * plan.DirectionWeights.Floats);
            Directions = new PlaneNumbers(directions.Plane);
        }
        _planes = W.SharedBytes;
        int parts = 0;
        foreach (PlanTerm term in plan.Terms)
        {
            _firstPart[term] = parts;
            parts += term.Source.Value.Plane.Cells;
        }
        _sums = new ChainSums(frame, parts);
        TakeSlopesAndPartials();
        Width = plan.States.Plane.Numbers;
        States = new PlaneNumbers(plan.States.Plane);
        Gradient = new PlaneNumbers(plan.States.Gradient);
    }

    /// <inheritdoc/>
    public override int Width { get; }

    /// <inheritdoc/>
    public override Numbers States { get; }

    /// <inheritdoc/>
    public override Numbers Gradient { get; }

    /// <summary>Where the directions of the states are read; null: the plan has no derivatives along them.</summary>
    public Numbers? Directions { get; }

    /// <inheritdoc/>
    public override void Emit(bool withGradient)
    {
        foreach (PlanStep step in _plan.Steps)
        {
            Forward(step, withGradient);
            W.Barrier();
        }
        bool hasOwn = false;
        for (int i = _plan.Terms.Count - 1; i >= 0; i--)
        {
            if (_plan.Terms[i].IsFused)
                continue;
            Add(_plan.Terms[i], withGradient);
            hasOwn = true;
        }
        if (hasOwn)
            W.Barrier();
        _sums.Gather();
        if (_sums.HasLanes)
            W.Barrier();
        Frame.ForChains(() =>
        {
            F32 energy = _sums.Sum();
            foreach (PlanTerm term in _plan.Terms)
                W.AddTo(energy, W.LoadConstant(_weights, term.BiasAt * sizeof(float)));
            W.Assign(Energy, energy);
        });
        for (int i = _plan.Steps.Count - 1; i >= 0 && withGradient; i--)
        {
            Reverse(_plan.Steps[i]);
            W.Barrier();
        }
        if (!withGradient || _plan.Steps.Count == 0)
            W.Barrier();
    }

    /// <inheritdoc/>
    // Borders and padding are read with weights that may be 0, and must not be NaN.
    protected override void Start(Address constants, bool withGradient)
    {
        _weights = constants;
        IEnumerable<PlacedJob> jobs = _plan.Steps.OfType<LinearStep>()
            .SelectMany(s => withGradient ? s.Forward.Concat(s.Reverse) : s.Forward);
        _resident = ResidentWeights.Take(Frame, [.. jobs.Select(Emitter)]);
        _resident?.Load(constants);
        F32 zero = W.Constant(0f);
        Frame.Spread(_planes / 16, item => W.StoreShared4(W.SharedBase(item, 16), 0, [zero, zero, zero, zero]));
    }

    /// <inheritdoc/>
    public override void Join()
    {
        if (_resident?.IsSpread == true)
            W.BarrierOfCluster();
        else
            W.Barrier();
    }

    /// <inheritdoc/>
    // A block that ends gives its shared memory back, which others may still read.
    public override void Leave()
    {
        if (_resident?.IsSpread == true)
            W.BarrierOfCluster();
    }

    // The parts' sums of a step lie over slopes that hold nothing then: forward, those of later steps are not there yet; in reverse, its
    // own and theirs have been used.
    private void TakeSlopesAndPartials()
    {
        int end = 0;
        foreach (PlanStep step in _plan.Steps)
        {
            int own = W.SharedBytes;
            bool hasSlopes = step is PointwiseStep || (step.Output.Function is not null && Fused(step.Output) is null);
            if (hasSlopes && step.Output.NeedsGradient)
                step.Output.SlopesAt = W.TakeShared(Frame.Chains * step.Output.Plane.Cells * CellFloats(step.Output.Plane));
            if (step is not LinearStep linear)
                continue;
            _partials[linear] = (W.SharedBytes, own);
            end = Math.Max(end, W.SharedBytes + Partials(linear.Forward) * sizeof(float));
            end = Math.Max(end, own + Math.Max(Partials(linear.Reverse), Partials(linear.Weights)) * sizeof(float));
        }
        _termPartials = W.SharedBytes;
        end = Math.Max(end, _termPartials + Partials(_plan.Terms.SelectMany(t => t.Weights)) * sizeof(float));
        W.TakeShared(Math.Max(0, end - W.SharedBytes) / sizeof(float));
    }

    private static int CellFloats(Plane plane) => plane.IsScalar ? 1 : 4;

    // The gradient of a term's weights needs the value: for it the two are not fused.
    private PlanTerm? Fused(PlanValue value) =>
        _plan.Trains ? null : _plan.Terms.FirstOrDefault(t => t.IsFused && t.Source.Value == value);

    private JobEmitter Emitter(PlacedJob part) => new(part.Job, Frame.Chains, Frame.Threads, MostPositions);

    private int Partials(IReadOnlyList<PlacedJob> parts) => parts.Sum(part => Emitter(part).PartialFloats);

    // All jobs of a linear step, and what is done with each four sums. A barrier lies between them if sums have parts; without, a job
    // writes what no other thread reads before the next barrier.
    private void Run(IReadOnlyList<PlacedJob> parts, int partials, Action<PlacedJob, JobEmitter, U32, F32[]> finish)
    {
        int at = partials;
        foreach (PlacedJob part in parts)
        {
            JobEmitter job = Emitter(part);
            job.Emit(W, Frame.Thread, Frame.After(_weights, part.Job.WeightsAt), _resident?.Of(part.Job), at,
                (item, sums) => finish(part, job, item, sums));
            at += job.PartialFloats * sizeof(float);
        }
        if (!parts.Any(part => Emitter(part).HasParts))
            return;
        W.Barrier();
        at = partials;
        foreach (PlacedJob part in parts)
        {
            JobEmitter job = Emitter(part);
            int from = at;
            if (job.HasParts)
                Frame.Spread(job.Items, item => finish(part, job, item, job.Sum(W, item, from)));
            at += job.PartialFloats * sizeof(float);
        }
    }

    // The slopes of a cell, counted from the value's slopes.
    private U32 SlopeBase(Plane plane, U32 chain, U32 inner) =>
        W.SharedBase(W.MultiplyAdd(chain, (uint)plane.Cells, inner), CellFloats(plane) * sizeof(float));

    private F32[] LoadSlopes(PlanValue value, U32 chain, U32 inner)
    {
        U32 at = SlopeBase(value.Plane, chain, inner);
        return value.Plane.IsScalar ? [W.LoadShared(at, value.SlopesAt)] : W.LoadShared4(at, value.SlopesAt);
    }

    private void StoreSlopes(PlanValue value, U32 chain, U32 inner, F32[] slopes)
    {
        U32 at = SlopeBase(value.Plane, chain, inner);
        if (value.Plane.IsScalar)
            W.StoreShared(at, value.SlopesAt, slopes[0]);
        else
            W.StoreShared4(at, value.SlopesAt, slopes);
    }

    // The part of a reader in the gradient of a cell of what it reads.
    private void Give(PlanUse use, U32 chain, U32 y, U32 x, U32 quad, F32[] gradient)
    {
        if (!use.Value.NeedsGradient)
            return;
        Plane plane = use.Value.Gradient;
        U32 at = Cells.Base(W, plane, chain, y, x, quad);
        if (use.Adds)
            gradient = Cells.Pairs(gradient, Cells.Load(W, plane, at), W.Add);
        if (use.Completes)
            gradient = Cells.Pairs(gradient, LoadSlopes(use.Value, chain, Cells.Inner(W, plane, y, x, quad)), W.Multiply);
        Cells.Store(W, plane, at, Filled(gradient));
    }

    // A cell of one number as one of four.
    private F32[] Filled(F32[] cell)
    {
        if (cell.Length == 4)
            return cell;
        F32 zero = W.Constant(0f);
        return [cell[0], zero, zero, zero];
    }
}
