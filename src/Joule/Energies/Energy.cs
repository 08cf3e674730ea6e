using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A function E(x) that is low where data lie; p(x) ∝ exp(−E(x)). Energies are in nats. An energy does not change while it is in use, and
/// any number of threads may evaluate it at once. The capabilities that it implements say what else it can do:
/// <see cref="IDifferentiable"/>, <see cref="IConditionals"/>, <see cref="IDifferences"/>, <see cref="IExact"/>, <see cref="ITrainable"/>.
/// </summary>
public abstract class Energy
{
    /// <summary>The space that it is defined on.</summary>
    public abstract StateSpace Space { get; }

    /// <summary>Number of states that a worker should evaluate together.</summary>
    public virtual int BlockRows => 16;

    /// <summary>
    /// Number of states below which chains are not cut into smaller blocks where there are many workers. Less than
    /// <see cref="BlockRows"/> only if no state's energy and gradient depend on the states beside it, to the last bit.
    /// </summary>
    public virtual int LeastRows => BlockRows;

    /// <summary>
    /// Fills a state from which a chain starts: noise of the space (<see cref="StateSpace.FillNoise"/>), unless the energy has a start of
    /// its own.
    /// </summary>
    /// <param name="draws">The draws.</param>
    /// <param name="chain">The chain of the draws.</param>
    /// <param name="state">Receives <see cref="StateSpace.Width"/> numbers.</param>
    public virtual void FillStart(in RandomStream draws, uint chain, Span<float> state) => Space.FillNoise(draws, chain, state);

    /// <summary>
    /// Evaluates n states on the calling thread, for use within a launch. <see cref="EnergyEvaluation"/> uses all workers.
    /// </summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="energies">Receives n energies, in nats: at least n rows of width 1.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    public abstract void Evaluate(Rows states, Rows energies);

    /// <summary>Evaluates n states on the device whose memory holds them, and downloads their energies.</summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="energies">Receives n energies, in nats.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    public void Evaluate(Rows states, Span<float> energies)
    {
        Check(states);
        CheckRoom(states.Count, energies.Length);
        new EnergyCall(this, null, states, default).Run(energies);
    }

    /// <summary>The energy as one of its capabilities.</summary>
    /// <typeparam name="T">The capability, for example <see cref="IDifferentiable"/>.</typeparam>
    /// <param name="user">What needs it, as the start of the error's sentence, for example <c>Langevin dynamics</c>.</param>
    /// <exception cref="InvalidInputException">The energy does not have the capability.</exception>
    public T Require<T>(string user) where T : class =>
        this as T ?? throw new InvalidInputException(
            $"{user} cannot use this energy: {GetType().Name} on {Space} lacks {Capability.Of(typeof(T))}.");

    /// <summary>Checks that states have the width of <see cref="Space"/>.</summary>
    protected void Check(in Rows states)
    {
        if (states.Width != Space.Width)
        {
            throw new InvalidInputException(
                $"The energy is defined on {Space}, {Space.Width} numbers per state; it was given states of {states.Width}.");
        }
    }

    /// <summary>Checks that states have the width of <see cref="Space"/>, and that there is room for their energies.</summary>
    protected void Check(in Rows states, in Rows energies)
    {
        if (states.Width != Space.Width || energies.Width != 1 || energies.Count < states.Count)
            Complain(states, energies);
    }

    /// <summary>Checks that states and energies fit, and that a gradient has the states' shape.</summary>
    protected void Check(in Rows states, in Rows energies, in Rows gradient)
    {
        Check(states, energies);
        if (gradient.Width != states.Width || gradient.Count < states.Count)
            Complain(states, gradient.Count, gradient.Width);
    }

    /// <summary>Checks that a state has a number of this index.</summary>
    private protected void CheckNumber(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Space.Width);
    }

    private static void CheckRoom(int states, int room)
    {
        if (room < states)
            throw new InvalidInputException($"{states} states have {states} energies; there is room for {room}.");
    }

    // Apart, so that the checks of every step stay short.
    private void Complain(in Rows states, in Rows energies)
    {
        Check(states);
        if (energies.Width != 1 && states.Count > 0)
            throw new InvalidInputException($"Energies go to rows of one number; these have {energies.Width}.");
        CheckRoom(states.Count, energies.Count);
    }

    private static void Complain(in Rows states, int count, int width) =>
        throw new InvalidInputException($"The gradient of {states.Count} states of {states.Width} numbers does not fit "
            + $"into {count} rows of {width}.");
}
