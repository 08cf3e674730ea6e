using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy that is fitted to the training data once (<see cref="IFitted"/>) and has nothing to train. What is fitted is saved in models;
/// everything else follows from it in <see cref="Commit"/>.
/// </summary>
public abstract class FittedEnergy : Energy, IDifferentiable, ITrainable, IFitted, IDisposable
{
    private readonly IdleProgram _idle = new();

    /// <summary>Takes the memory of what is fitted.</summary>
    private protected FittedEnergy(Device device, StateSpace space, Rows memory) => (Device, Space, Fitted) = (device, space, memory);

    /// <inheritdoc/>
    public sealed override StateSpace Space { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>No numbers: nothing is trained.</summary>
    public Rows Parameters => new(Fitted.Buffer, Fitted.Offset, 1, 0);

    /// <inheritdoc/>
    public Rows Fitted { get; }

    /// <inheritdoc/>
    public Rows Saved => Fitted;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Tensors => [new Parameter("fitted", [Fitted.Length], 0, 1, 1)];

    /// <inheritdoc/>
    public DeviceProgram CommitProgram => _idle;

    /// <summary>Whether the memory belongs to an energy of which this is a part.</summary>
    internal bool IsPart { get; set; }

    /// <summary>Numbers of a state.</summary>
    private protected int Width => Space.Width;

    /// <summary>Forgets what was fitted. The seed has no influence.</summary>
    /// <param name="seed">The seed.</param>
    public void Initialize(ulong seed)
    {
        float[] start = new float[Fitted.Length];
        Start(start);
        Device.Upload(start, Fitted);
        Commit();
    }

    /// <inheritdoc/>
    public void Commit() => Take(Device.Download(Fitted));

    /// <inheritdoc/>
    public void Fit(StateSet data, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Space != Space)
            throw new InvalidInputException($"The energy is defined on {Space}, and {data.Name} are {data.Space}. Both must be the same.");
        _ = Fit(FitRows.Read(Device, data, seed, cancellation));
    }

    /// <summary>Fits, commits, and evaluates some of the rows as if each had been left out of the fit.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>The energies of <see cref="FitRows.Judged"/>, in nats.</returns>
    internal double[] Fit(FitRows rows)
    {
        float[] fitted = new float[Fitted.Length];
        Fill(rows, fitted);
        Device.Upload(fitted, Fitted);
        Commit();
        return LeaveOneOut(rows);
    }

    /// <inheritdoc/>
    public sealed override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Run(states, energies, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Run(states, energies, gradient.Slice(0, states.Count));
    }

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new FittedPass(this, Device, Fitted.Slice(0, 0).Reshape(1, 0), capacity);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Release();
        if (!IsPart)
            Fitted.Buffer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what stands for "not fitted": a simple finite energy.</summary>
    private protected abstract void Start(Span<float> fitted);

    /// <summary>Fits. Draws depend on the seed of the rows alone.</summary>
    private protected abstract void Fill(FitRows rows, float[] fitted);

    /// <summary>Takes what is fitted, and computes what follows from it.</summary>
    private protected abstract void Take(float[] fitted);

    /// <summary>The energies of <see cref="FitRows.Judged"/>, each without the row itself; after <see cref="Take"/>.</summary>
    private protected abstract double[] LeaveOneOut(FitRows rows);

    /// <summary>Evaluates; writes gradients if there is room for them.</summary>
    private protected abstract void Run(Rows states, Rows energies, Rows gradient);

    /// <summary>Frees what <see cref="Take"/> made.</summary>
    private protected virtual void Release() { }
}
