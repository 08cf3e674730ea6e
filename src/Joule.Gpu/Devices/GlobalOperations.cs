using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Devices;

/// <summary>A kernel over global memory, compiled.</summary>
/// <param name="Launch">The kernel.</param>
/// <param name="Kernel">The compiled kernel.</param>
internal sealed record ReadyLaunch(GlobalLaunch Launch, IGpuKernel Kernel);

/// <summary>
/// The launches of a network over global memory for about some number of chains, in order; each list is written when it is used first.
/// </summary>
internal sealed class GlobalOperations
{
    private readonly Lazy<IReadOnlyList<ReadyLaunch>> _start, _startAlong, _end, _endGradient, _evaluate, _gradient;
    private readonly Lazy<IReadOnlyList<ReadyLaunch>> _forward, _energies, _backward;
    private readonly Lazy<IReadOnlyList<ReadyLaunch>> _noise, _step, _stepAfterNoise, _begin;
    private readonly Dictionary<(WallKind, bool), Leapfrog> _leapfrogs = [];
    private readonly Func<WallKind, bool, Leapfrog> _leapfrog;

    /// <summary>Prepares the lists.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="steps">Writes its kernels.</param>
    /// <param name="weights">Writes those of the gradient of the weights.</param>
    /// <param name="find">Compiles a kernel, once for each text.</param>
    /// <param name="threads">Threads of a block of the kernels that are no products.</param>
    public GlobalOperations(KernelPlan plan, GlobalSteps steps, GlobalWeights weights, Func<KernelText, IGpuKernel> find, int threads)
    {
        Lazy<IReadOnlyList<ReadyLaunch>> Of(Func<IReadOnlyList<GlobalLaunch>> write) =>
            new(() => [.. write().Select(launch => new ReadyLaunch(launch, find(launch.Text)))]);

        _start = Of(() => [GlobalStates.Write(plan.States, isBack: false, threads)]);
        _startAlong = Of(() => plan.Directions is { } directions ? [GlobalStates.Write(directions, isBack: false, threads)] : []);
        _end = Of(() => [GlobalStates.Write(plan.States, isBack: true, threads)]);
        _endGradient = Of(() => [GlobalStates.WriteGradient(plan.States, threads)]);
        _evaluate = Of(() => All(plan, steps, withGradient: false));
        _gradient = Of(() => All(plan, steps, withGradient: true));
        _noise = Of(() => [GlobalLangevin.Noise(plan.States, threads)]);
        _step = Of(() => [GlobalLangevin.Step(plan.States, withNoise: true, threads)]);
        _stepAfterNoise = Of(() => [GlobalLangevin.Step(plan.States, withNoise: false, threads)]);
        _begin = Of(() => [GlobalLeapfrog.Begin(plan.States, threads)]);
        _forward = Of(() => weights.Forward(steps));
        _energies = Of(() => [.. Terms(plan, steps, withGradient: false)]);
        _backward = Of(() => weights.Backward(steps));
        _leapfrog = (walls, hasScale) => new Leapfrog(
            Of(() => [GlobalLeapfrog.Start(plan.States, walls, hasScale, threads)]).Value,
            Of(() => [GlobalLeapfrog.Inside(plan.States, walls, hasScale, threads)]).Value,
            Of(() => [GlobalLeapfrog.End(plan.States, walls, hasScale, threads)]).Value);
    }

    /// <summary>Brings the states into their plane.</summary>
    public IReadOnlyList<ReadyLaunch> Start => _start.Value;

    /// <summary>Brings the directions of the states into their plane, from where states are given; nothing in a plan without.</summary>
    public IReadOnlyList<ReadyLaunch> StartAlong => _startAlong.Value;

    /// <summary>Brings the states back.</summary>
    public IReadOnlyList<ReadyLaunch> End => _end.Value;

    /// <summary>Brings the gradient of the states to where states are given.</summary>
    public IReadOnlyList<ReadyLaunch> EndGradient => _endGradient.Value;

    /// <summary>The energies.</summary>
    public IReadOnlyList<ReadyLaunch> Evaluate => _evaluate.Value;

    /// <summary>The energies and their gradient.</summary>
    public IReadOnlyList<ReadyLaunch> Gradient => _gradient.Value;

    /// <summary>Noise before the gradient.</summary>
    public IReadOnlyList<ReadyLaunch> Noise => _noise.Value;

    /// <summary>A Langevin step with its noise.</summary>
    public IReadOnlyList<ReadyLaunch> Step => _step.Value;

    /// <summary>A Langevin step whose noise came before.</summary>
    public IReadOnlyList<ReadyLaunch> StepAfterNoise => _stepAfterNoise.Value;

    /// <summary>Keeps the states and their gradient for trajectories.</summary>
    public IReadOnlyList<ReadyLaunch> Begin => _begin.Value;

    /// <summary>The values and slopes that the gradient of the weights needs, for a plan for training.</summary>
    public IReadOnlyList<ReadyLaunch> Forward => _forward.Value;

    /// <summary>The energies, after <see cref="Forward"/>.</summary>
    public IReadOnlyList<ReadyLaunch> Energies => _energies.Value;

    /// <summary>The gradient of the weights, after <see cref="Forward"/>; it is added to what is there.</summary>
    public IReadOnlyList<ReadyLaunch> Backward => _backward.Value;

    /// <summary>The parts of a leapfrog trajectory.</summary>
    /// <param name="walls">How walls reflect.</param>
    /// <param name="hasScale">Whether numbers have inverse masses.</param>
    public Leapfrog Trajectory(WallKind walls, bool hasScale)
    {
        if (!_leapfrogs.TryGetValue((walls, hasScale), out Leapfrog? known))
            _leapfrogs[(walls, hasScale)] = known = _leapfrog(walls, hasScale);
        return known;
    }

    /// <summary>The parts of a leapfrog trajectory; the gradient is taken after the first two.</summary>
    /// <param name="Start">Momentum, half a kick and a drift.</param>
    /// <param name="Inside">A kick and a drift.</param>
    /// <param name="End">Half a kick and the test.</param>
    internal sealed record Leapfrog(
        IReadOnlyList<ReadyLaunch> Start, IReadOnlyList<ReadyLaunch> Inside, IReadOnlyList<ReadyLaunch> End);

    private static List<GlobalLaunch> All(KernelPlan plan, GlobalSteps steps, bool withGradient)
    {
        List<GlobalLaunch> all = [.. plan.Steps.SelectMany(s => steps.Forward(s, withGradient))];
        all.AddRange(Terms(plan, steps, withGradient));
        if (withGradient)
            all.AddRange(plan.Steps.Reverse().SelectMany(steps.Reverse));
        return all;
    }

    // A value's last reader comes first in reverse, and terms are the last ones.
    private static IEnumerable<GlobalLaunch> Terms(KernelPlan plan, GlobalSteps steps, bool withGradient)
    {
        for (int i = plan.Terms.Count - 1; i >= 0; i--)
            yield return steps.Term(plan.Terms[i], i == plan.Terms.Count - 1, withGradient);
    }
}
