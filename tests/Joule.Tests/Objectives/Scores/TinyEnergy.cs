using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Objectives;

/// <summary>
/// E(x) = c + Σₖ aₖ·silu(wₖ·x + bₖ) in float64, with ⟨v, ∇E⟩ and vᵀ∇²E v in closed form. Its pass takes gradients with respect to the
/// parameters by central differences in float64. It shares no code with the library's networks: a slow reference for objectives.
/// </summary>
internal sealed class TinyEnergy : Energy, IDifferentiable, ITrainable, IDisposable
{
    private const double H = 1e-5;

    private readonly DeviceBuffer _parameters;
    private readonly int _hidden;

    public TinyEnergy(Device device, StateSpace space, int hidden)
    {
        (Device, Space, _hidden) = (device, space, hidden);
        _parameters = device.Allocate(hidden * (space.Width + 2L) + 1);
    }

    public override StateSpace Space { get; }

    public Device Device { get; }

    public Rows Parameters => _parameters.AsRows(1, _parameters.Length);

    public DeviceProgram CommitProgram { get; } = new TestProgram(0, (_, _) => { });

    public double[] Theta => TestRows.Doubles(Parameters.Span);

    public void Initialize(ulong seed) => new RandomStream(seed, RandomPurpose.User, 0).FillNormal(Parameters.Span, 0, 0, 0.8f);

    public void Commit() { }

    public ITrainingPass CreatePass(int capacity) => new Pass(this, capacity, 0);

    public IDirectionalPass CreatePass(int capacity, int order) => new Pass(this, capacity, order);

    public override void Evaluate(Rows states, Rows energies)
    {
        double[] theta = Theta;
        for (int i = 0; i < states.Count; i++)
            energies.Span[i] = (float)Along(theta, TestRows.Doubles(states[i]), new double[states.Width])[0];
    }

    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Evaluate(states, energies);
        for (int i = 0; i < states.Count; i++)
        {
            double[] slope = Gradient(Theta, TestRows.Doubles(states[i]));
            for (int j = 0; j < slope.Length; j++)
                gradient[i][j] = (float)slope[j];
        }
    }

    public void Dispose() => _parameters.Dispose();

    /// <summary>∇ₓE.</summary>
    public double[] Gradient(double[] theta, double[] x) =>
        [.. x.Select((_, j) => Along(theta, x, [.. x.Select((_, i) => i == j ? 1.0 : 0)])[1])];

    /// <summary>E, ⟨v, ∇E⟩ and vᵀ∇²E v.</summary>
    public double[] Along(double[] theta, double[] x, double[] v)
    {
        int width = x.Length;
        double[] sums = [theta[^1], 0, 0];
        for (int k = 0; k < _hidden; k++)
        {
            int at = k * (width + 2);
            double u = theta[at + width], slope = 0, a = theta[at + width + 1];
            for (int j = 0; j < width; j++)
                (u, slope) = (u + theta[at + j] * x[j], slope + theta[at + j] * v[j]);
            double s = 1 / (1 + Math.Exp(-u)), d = s * (1 - s);
            sums[0] += a * u * s;
            sums[1] += a * slope * (s + u * d);
            sums[2] += a * slope * slope * d * (2 + u * (1 - 2 * s));
        }
        return sums;
    }

    private sealed class Pass(TinyEnergy energy, int capacity, int order) : IDirectionalPass
    {
        private readonly DeviceBuffer _gradient = energy.Device.Allocate(energy._parameters.Length),
            _values = energy.Device.Allocate(3L * capacity);
        private Rows _states, _directions;

        public int Order => order;

        public int Capacity => capacity;

        public CancellationToken Cancellation { get; set; }

        public Rows ParameterGradient => _gradient.AsRows(1, _gradient.Length);

        public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
        {
            Begin(states, before);
            Rows energies = _values.AsRows(3 * capacity, 1).Slice(0, states.Count);
            energy.Evaluate(states, energies);
            return energies;
        }

        public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
        {
            float[] w = weights.ToArray();
            double[] none = new double[_states.Width];
            Add(theta => _states.Count == w.Length ? Sum(i => w[i] * energy.Along(theta, State(i), none)[0]) : double.NaN);
            energy.Device.Launch(beside);
        }

        public Rows ForwardAlong(Rows states, Rows directions, params ReadOnlySpan<DeviceProgram> before)
        {
            Begin(states, before);
            _directions = directions;
            Rows values = _values.AsRows(capacity, order + 1).Slice(0, states.Count);
            for (int i = 0; i < states.Count; i++)
            {
                double[] found = energy.Along(energy.Theta, State(i), TestRows.Doubles(directions[i]));
                for (int k = 0; k <= order; k++)
                    values[i][k] = (float)found[k];
            }
            return values;
        }

        public void ReverseAlong(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
        {
            float[] w = weights.ToArray();
            Add(theta => Sum(i =>
            {
                double[] found = energy.Along(theta, State(i), TestRows.Doubles(_directions[i]));
                return Enumerable.Range(0, order + 1).Sum(k => w[i * (order + 1) + k] * found[k]);
            }));
            energy.Device.Launch(beside);
        }

        public Rows ForwardGradient(Rows states, Rows gradient, params ReadOnlySpan<DeviceProgram> before)
        {
            Rows energies = Forward(states, before);
            energy.Gradient(states, energies, gradient);
            return energies;
        }

        public void ReverseGradient(
            ReadOnlySpan<float> weights, Rows directions, ReadOnlySpan<DeviceProgram> before, ReadOnlySpan<DeviceProgram> beside)
        {
            energy.Device.Launch(before);
            float[] w = weights.ToArray();
            Add(theta => Sum(i =>
            {
                double[] found = energy.Along(theta, State(i), TestRows.Doubles(directions[i]));
                return w[i] * found[0] + found[1];
            }));
            energy.Device.Launch(beside);
        }

        public void Dispose()
        {
            _gradient.Dispose();
            _values.Dispose();
        }

        private void Begin(Rows states, ReadOnlySpan<DeviceProgram> before)
        {
            energy.Device.Launch(before);
            Cancellation.ThrowIfCancellationRequested();
            _states = states;
        }

        private double[] State(int i) => TestRows.Doubles(_states[i]);

        private double Sum(Func<int, double> term) => Enumerable.Range(0, _states.Count).Sum(term);

        private void Add(Func<double[], double> function)
        {
            double[] gradient = Differences(function, energy.Theta, H);
            for (int p = 0; p < gradient.Length; p++)
                _gradient.Span[p] += (float)gradient[p];
        }
    }

    /// <summary>Central differences of a function of the parameters.</summary>
    public static double[] Differences(Func<double[], double> function, double[] theta, double h) =>
        [.. theta.Select((kept, p) =>
        {
            theta[p] = kept + h;
            double up = function(theta);
            theta[p] = kept - h;
            double down = function(theta);
            theta[p] = kept;
            return (up - down) / (2 * h);
        })];
}
