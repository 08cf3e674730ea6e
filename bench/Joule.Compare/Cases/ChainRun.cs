using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>Chains on an energy, run by the ordinary loop, always from the same states.</summary>
internal sealed class ChainRun : CaseRun
{
    private readonly Device _device;
    private readonly Energy _energy;
    private readonly DeviceBuffer _start;
    private readonly DeviceBuffer _moving;
    private readonly Sampler _sampler;
    private readonly LangevinOptions? _langevin;
    private readonly ChainLoop _loop;
    private readonly JsonObject _specification;
    private readonly int _steps;
    private readonly int _chains;
    private ulong _stepsDone;

    /// <summary>Allocates memory for the chains.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="start">The states that the chains start from.</param>
    /// <param name="sampler">The transition.</param>
    /// <param name="langevin">Its options if one step without noise is also compared, or null.</param>
    /// <param name="steps">Steps of a chain.</param>
    /// <param name="specification">The description of energy and sampler for the peer.</param>
    public ChainRun(
        Device device, Energy energy, DeviceBuffer start, Sampler sampler, LangevinOptions? langevin, int steps, JsonObject specification)
    {
        _device = device;
        _energy = energy;
        _start = start;
        _sampler = sampler;
        _langevin = langevin;
        _steps = steps;
        _specification = specification;
        _chains = start.Length / energy.Space.Width;
        _moving = device.Allocate(start.Length);
        _loop = new ChainLoop(device, energy, _chains);
    }

    /// <summary>Writes what else the peer needs, or null.</summary>
    public Func<WorkFolder, JsonObject>? Described { get; init; }

    public override SamplePlan? Sampling { get; init; }

    public override void Run() => Advance(_sampler, _steps);

    public override float[] Sample()
    {
        SamplePlan plan = Sampling!;
        float[] values = new float[plan.Draws * _start.Length];
        _start.Span.CopyTo(_moving.Span);
        for (int draw = 0; draw < plan.Draws; draw++)
        {
            Continue(_sampler, plan.Stride);
            _moving.Span.CopyTo(values.AsSpan(draw * _start.Length));
        }
        return values;
    }

    public override IReadOnlyDictionary<string, float[]> Check()
    {
        float[] energies = new float[_chains];
        using DeviceBuffer gradient = _device.Allocate(_start.Length);
        ((IDifferentiable)_energy).Gradient(States(_start), energies, States(gradient));
        Dictionary<string, float[]> results = new() { ["energies"] = energies, ["gradients"] = gradient.Span.ToArray() };
        if (_langevin is not null)
        {
            Advance(new Langevin(_energy, _langevin with { NoiseScale = 0 }), 1);
            results["one step without noise"] = _moving.Span.ToArray();
        }
        return results;
    }

    public override JsonObject Describe(WorkFolder folder)
    {
        JsonObject specification = _specification.DeepClone().AsObject();
        specification["states"] = folder.Write("states", _start.Span);
        specification["steps"] = _steps;
        foreach ((string key, JsonNode? value) in Described?.Invoke(folder) ?? [])
            specification[key] = value!.DeepClone();
        if (_energy is NetworkEnergy network)
            Describe(specification, network.Network, folder);
        return specification;
    }

    /// <summary>Describes a Langevin sampler to the peer.</summary>
    public static JsonObject Specification(string kind, LangevinOptions options, StateSpace space) => new()
    {
        ["kind"] = kind,
        ["low"] = space.Domain == Domain.Box ? space.Low : null,
        ["high"] = space.Domain == Domain.Box ? space.High : null,
        ["step"] = options.StepSize,
        ["noise"] = options.NoiseDeviation(),
        ["noise_first"] = options.NoiseFirst,
        ["clip"] = options.GradientClip,
    };

    public override void Dispose()
    {
        _loop.Dispose();
        _moving.Dispose();
        _start.Dispose();
        (_energy as IDisposable)?.Dispose();
    }

    /// <summary>Exact draws of an energy, from which chains start that are in equilibrium.</summary>
    public static DeviceBuffer ExactStart(Device device, IExact energy, int chains)
    {
        DeviceBuffer start = device.Allocate((long)chains * energy.Space.Width);
        RandomStream draws = new(1, RandomPurpose.FreshStates, 0);
        for (int i = 0; i < chains; i++)
            energy.Sample(draws, (uint)i, start.AsRows(chains, energy.Space.Width)[i]);
        return start;
    }

    private void Advance(Sampler sampler, int steps)
    {
        _start.Span.CopyTo(_moving.Span);
        Continue(sampler, steps);
    }

    private void Continue(Sampler sampler, int steps)
    {
        _loop.Run(sampler, States(_moving), steps, new RandomStream(1, RandomPurpose.SamplingChains, 0), _stepsDone);
        _stepsDone += (ulong)steps;
    }

    private Rows States(DeviceBuffer buffer) => buffer.AsRows(_chains, _energy.Space.Width);
}
