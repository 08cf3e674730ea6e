using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// The results of steps besides the states, in device memory: each chain's energy, gradient norm and proposal counts, and a divergence flag
/// per smallest block. The host's copy is that of the last launch.
/// </summary>
internal sealed class ChainResults : IDisposable
{
    // Blocks with less than 128 bytes of states would share cache lines with their neighbours.
    private const int FloatsOfBlock = 32;

    private readonly Device _device;
    private readonly int _capacity;
    private readonly int _blockRows;
    private readonly DeviceBuffer _floats; // energies, norms and, where there are no flags, failures
    private readonly DeviceBuffer _counts;
    private readonly DeviceBuffer _errors;
    private readonly DeviceBuffer _flags;
    private readonly int[] _flagsOfHost;
    private readonly DeviceRead _readFloats, _readFlags, _readCounts, _readErrors;
    private readonly ChainFailures? _failures;

    /// <summary>Allocates memory for a number of chains on one energy.</summary>
    public ChainResults(Device device, int capacity, Energy energy)
    {
        _device = device;
        _capacity = capacity;
        _blockRows = energy.BlockRows;
        LeastRows = Math.Clamp(FloatsOfBlock / energy.Space.Width, energy.LeastRows, _blockRows);
        bool hasFlags = device.RunsBodies;
        _floats = device.Allocate((hasFlags ? 2L : 3L) * capacity);
        _counts = device.Allocate(2L * capacity);
        _errors = device.Allocate(2L * capacity);
        _flagsOfHost = new int[(capacity + LeastRows - 1) / LeastRows];
        _flags = device.Allocate(_flagsOfHost.Length);
        EnergiesOfHost = new float[capacity];
        NormsOfHost = new float[capacity];
        AcceptedOfHost = new int[capacity];
        DivergentOfHost = new int[capacity];
        ErrorsOfHost = new double[capacity];
        _readFloats = device.CreateRead(_floats.Length);
        _readFlags = device.CreateRead(_flagsOfHost.Length);
        _readCounts = device.CreateRead(2 * capacity);
        _readErrors = device.CreateRead(2 * capacity);
        _failures = hasFlags ? null : new ChainFailures(device, new Rows(_floats, 2 * capacity, capacity, 1));
    }

    /// <summary>Chains of the smallest blocks.</summary>
    public int LeastRows { get; }

    /// <summary>Each chain's energy where its last gradient was taken, in nats.</summary>
    public Rows Energies => new(_floats, 0, _capacity, 1);

    /// <summary>Each chain's ‖∇ₓE‖² at the same place.</summary>
    public Rows Norms => new(_floats, _capacity, _capacity, 1);

    /// <summary>Accepted proposals of each chain, as integers.</summary>
    public Rows Accepted => new(_counts, 0, _capacity, 1);

    /// <summary>Divergent proposals of each chain, as integers.</summary>
    public Rows Divergent => new(_counts, _capacity, _capacity, 1);

    /// <summary>The sum of |ΔH| of each chain's proposals, as one float64.</summary>
    public Rows Errors => _errors.AsRows(_capacity, 2);

    /// <summary>
    /// The first step of each chain at which it failed, on a device with kernels of its own; elsewhere no rows: there, blocks have flags.
    /// </summary>
    public Rows Failures => _failures?.Steps ?? default;

    /// <summary><see cref="Energies"/> on the host.</summary>
    public float[] EnergiesOfHost { get; }

    /// <summary><see cref="Norms"/> on the host.</summary>
    public float[] NormsOfHost { get; }

    /// <summary><see cref="Accepted"/> on the host.</summary>
    public int[] AcceptedOfHost { get; }

    /// <summary><see cref="Divergent"/> on the host.</summary>
    public int[] DivergentOfHost { get; }

    /// <summary><see cref="Errors"/> on the host.</summary>
    public double[] ErrorsOfHost { get; }

    /// <summary>The figures of the proposals of the last launches.</summary>
    /// <param name="chains">Number of chains.</param>
    /// <param name="steps">Steps of each chain that were counted.</param>
    public ProposalFigures Figures(int chains, int steps)
    {
        long accepted = 0, divergent = 0;
        double errors = 0;
        for (int i = 0; i < chains; i++)
        {
            accepted += AcceptedOfHost[i];
            divergent += DivergentOfHost[i];
            errors += ErrorsOfHost[i];
        }
        return new ProposalFigures((long)steps * chains, accepted, divergent, errors);
    }

    /// <summary>Resets all proposal counts.</summary>
    /// <param name="proposals">Whether the next launch makes proposals; if not, the device's counts are not read.</param>
    public void ClearCounts(bool proposals)
    {
        AcceptedOfHost.AsSpan().Clear();
        DivergentOfHost.AsSpan().Clear();
        ErrorsOfHost.AsSpan().Clear();
        if (!proposals)
            return;
        _device.Clear(Accepted);
        _device.Clear(Divergent);
        _device.Clear(Errors);
    }

    /// <summary>The proposal counts of each chain, for a checkpoint.</summary>
    public IEnumerable<StateMemory> State(string owner) =>
    [
        new StateMemory($"{owner}.accepted", Accepted),
        new StateMemory($"{owner}.divergent", Divergent),
        new StateMemory($"{owner}.errors", Errors),
    ];

    /// <summary>Clears all flags, and the counts unless a run goes on with them.</summary>
    public void Begin(int chains, bool proposals, bool keepCounts)
    {
        if (_failures is null)
            _device.Clear(_flags.AsRows(_flags.Length, 1));
        if (keepCounts)
            Download(chains, proposals);
        else
            ClearCounts(proposals);
    }

    /// <summary>Sets the flag of a block, from within a program.</summary>
    /// <param name="firstChain">The first chain of the block.</param>
    /// <param name="step">The step of the launch, from 0, at which one of its chains became non-finite.</param>
    public void Flag(int firstChain, int step) => _flags.AsRows(_flags.Length, 1).Integers[firstChain / LeastRows] = step + 1;

    /// <summary>Downloads the results of the last launch.</summary>
    /// <param name="chains">Number of chains.</param>
    /// <param name="proposals">Whether there were proposals.</param>
    public void Download(int chains, bool proposals)
    {
        // All begin before the first is waited for.
        _readFloats.Begin(_floats.AsRows(1, _floats.Length));
        if (_failures is null)
            _readFlags.Begin(_flags.AsRows(_flags.Length, 1));
        if (proposals)
        {
            _readCounts.Begin(_counts.AsRows(2, _capacity));
            _readErrors.Begin(Errors.Slice(0, chains));
        }
        _readFloats.Words[..chains].CopyTo(EnergiesOfHost);
        _readFloats.Words.Slice(_capacity, chains).CopyTo(NormsOfHost);
        if (_failures is null)
            _readFlags.Integers.CopyTo(_flagsOfHost);
        if (!proposals)
            return;
        _readCounts.Integers[..chains].CopyTo(AcceptedOfHost);
        _readCounts.Integers.Slice(_capacity, chains).CopyTo(DivergentOfHost);
        _readErrors.Doubles.CopyTo(ErrorsOfHost);
    }

    /// <summary>
    /// Throws for the block, or the chain, that diverged first. Energies and norms are still those of that step.
    /// </summary>
    /// <param name="chains">Number of chains.</param>
    /// <param name="firstStep">The first step of the launch, or of its last part.</param>
    /// <param name="firstChain">The global number of the first chain.</param>
    /// <exception cref="DivergenceException">A flag is set.</exception>
    public void ThrowIfDivergent(int chains, ulong firstStep, uint firstChain)
    {
        if (_failures?.First(_readFloats.Integers.Slice(2 * _capacity, chains)) is { } failure)
        {
            (uint failed, int at) = failure;
            long number = (long)firstStep + failed + 1;
            if (!float.IsFinite(EnergiesOfHost[at]))
                throw new DivergenceException("energy of a chain", number, firstChain + at, EnergiesOfHost[at]);
            throw new DivergenceException("squared gradient norm of a chain", number, firstChain + at, NormsOfHost[at]);
        }
        int first = -1;
        for (int block = 0; block < _flagsOfHost.Length; block++)
        {
            if (_flagsOfHost[block] > 0 && (first < 0 || _flagsOfHost[block] < _flagsOfHost[first]))
                first = block;
        }
        if (first < 0)
            return;
        long step = (long)firstStep + _flagsOfHost[first];
        int end = Math.Min((first * LeastRows) + _blockRows, chains);
        for (int chain = first * LeastRows; chain < end; chain++)
        {
            if (!float.IsFinite(EnergiesOfHost[chain]))
                throw new DivergenceException("energy of a chain", step, firstChain + chain, EnergiesOfHost[chain]);
            if (!float.IsFinite(NormsOfHost[chain]))
                throw new DivergenceException("squared gradient norm of a chain", step, firstChain + chain, NormsOfHost[chain]);
        }
        throw new InvalidOperationException(
            $"Block {first} of the chains is flagged as divergent, but all its energies and norms are finite.");
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _floats.Dispose();
        _counts.Dispose();
        _errors.Dispose();
        _flags.Dispose();
        _readFloats.Dispose();
        _readFlags.Dispose();
        _readCounts.Dispose();
        _readErrors.Dispose();
    }
}
