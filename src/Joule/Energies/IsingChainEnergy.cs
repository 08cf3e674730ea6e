using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(s) = −Σᵢ Jᵢ·sᵢ·sᵢ₊₁ − Σᵢ hᵢ·sᵢ over a chain of spins ±1: the Ising chain with individual couplings and fields (Ising 1925). Message
/// passing along the chain gives exact answers (Kramers and Wannier 1941).
/// </summary>
public sealed class IsingChainEnergy : Energy, IConditionals, IDifferences, IExact
{
    private readonly float[] _couplings;
    private readonly float[] _fields;

    // For sᵢ = −1 and sᵢ = +1: ln of the sum, over all spins to the right of i, of the weights that involve them.
    private readonly (double Down, double Up)[] _right;
    private readonly double[] _means;

    /// <summary>Creates the energy.</summary>
    /// <param name="couplings">Jᵢ between spins i and i + 1, in nats; positive couplings favour equal spins. One fewer than spins.</param>
    /// <param name="fields">hᵢ, in nats; a positive field favours +1. One per spin, at least one.</param>
    /// <exception cref="InvalidInputException">The lengths do not fit, or a number is not finite.</exception>
    public IsingChainEnergy(float[] couplings, float[] fields)
    {
        ArgumentNullException.ThrowIfNull(couplings);
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Length == 0 || couplings.Length != fields.Length - 1)
        {
            throw new InvalidInputException($"A chain of n spins, at least 1, has n fields and n − 1 couplings; "
                + $"it was given {fields.Length} fields and {couplings.Length} couplings.");
        }
        if (Array.FindIndex(fields, f => !float.IsFinite(f)) is int field and >= 0)
            throw new InvalidInputException($"Field {field} of a chain of spins is {fields[field]}; it must be finite.");
        if (Array.FindIndex(couplings, c => !float.IsFinite(c)) is int coupling and >= 0)
            throw new InvalidInputException($"Coupling {coupling} of a chain of spins is {couplings[coupling]}; it must be finite.");
        _couplings = (float[])couplings.Clone();
        _fields = (float[])fields.Clone();
        Space = StateSpace.Spins(Shape.Vector(fields.Length));
        _right = Messages(_couplings, _fields);
        (double down, double up) = _right[0];
        LogPartition = LogSum(down - _fields[0], up + _fields[0]);
        _means = Means();
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public double LogPartition { get; }

    /// <summary>Even and odd spins: neighbours are never in the same group.</summary>
    public int Groups => Math.Min(2, Space.Width);

    /// <inheritdoc/>
    public double Moment(int number, int order)
    {
        CheckNumber(number);
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 4);
        return order % 2 == 0 ? 1 : _means[number];
    }

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        for (int r = 0; r < states.Count; r++)
        {
            ReadOnlySpan<float> s = states[r];
            double energy = 0;
            for (int i = 0; i < s.Length; i++)
                energy -= s[i] * (_fields[i] + (i + 1 < s.Length ? (double)_couplings[i] * s[i + 1] : 0));
            energies[r][0] = (float)energy;
        }
    }

    /// <inheritdoc/>
    public void Differences(Rows states, Rows differences)
    {
        Check(states);
        if (differences.Width != states.Width || differences.Count < states.Count)
        {
            throw new InvalidInputException($"The differences of {states.Count} states of {states.Width} numbers do not fit "
                + $"into {differences.Count} rows of {differences.Width}.");
        }
        for (int r = 0; r < states.Count; r++)
        {
            ReadOnlySpan<float> s = states[r];
            Span<float> difference = differences[r];
            for (int i = 0; i < s.Length; i++)
                difference[i] = (float)(2 * s[i] * Pull(s, i));
        }
    }

    /// <inheritdoc/>
    public void Resample(int group, Rows states, in RandomStream draws, uint firstChain, float temperature = 1)
    {
        Check(states);
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(group, Groups);
        if (!(temperature > 0))
            throw new InvalidInputException($"The temperature is {temperature}; it must be above 0.");
        for (int r = 0; r < states.Count; r++)
        {
            Span<float> s = states[r];
            for (int i = group; i < s.Length; i += 2)
                s[i] = Spin(2 * Pull(s, i) / temperature, draws, firstChain + (uint)r, i);
        }
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        for (int i = 0; i < state.Length; i++)
        {
            double pull = _fields[i] + (i > 0 ? (double)_couplings[i - 1] * state[i - 1] : 0);
            state[i] = Spin(2 * pull + _right[i].Up - _right[i].Down, draws, chain, i);
        }
    }

    // +1 with probability 1 / (1 + exp(−odds)). The draw is the centre of one of 2³² cells.
    private static float Spin(double odds, in RandomStream draws, uint chain, int index) =>
        draws.OpenUniform(chain, index) * (1 + Math.Exp(-odds)) < 1 ? 1 : -1;

    private static double LogSum(double a, double b) => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));

    private static (double Down, double Up)[] Messages(float[] couplings, float[] fields)
    {
        (double Down, double Up)[] right = new (double, double)[fields.Length];
        for (int i = fields.Length - 2; i >= 0; i--)
        {
            double down = right[i + 1].Down - fields[i + 1], up = right[i + 1].Up + fields[i + 1], j = couplings[i];
            right[i] = (LogSum(j + down, up - j), LogSum(down - j, j + up));
        }
        return right;
    }

    // Half of the energy gained by flipping spin i up: its field and its neighbours' pull.
    private double Pull(ReadOnlySpan<float> s, int i)
    {
        double pull = _fields[i];
        if (i > 0)
            pull += (double)_couplings[i - 1] * s[i - 1];
        if (i + 1 < s.Length)
            pull += (double)_couplings[i] * s[i + 1];
        return pull;
    }

    private double[] Means()
    {
        double[] means = new double[_fields.Length];
        double leftDown = 0, leftUp = 0;
        for (int i = 0; i < means.Length; i++)
        {
            double down = leftDown - _fields[i], up = leftUp + _fields[i];
            means[i] = Math.Tanh((up + _right[i].Up - down - _right[i].Down) / 2);
            if (i < _couplings.Length)
            {
                double j = _couplings[i];
                (leftDown, leftUp) = (LogSum(down + j, up - j), LogSum(down - j, up + j));
            }
        }
        return means;
    }
}
