using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// A warm-up that adapts a sampler while chains run: its step size by <see cref="DualAveraging"/> to an acceptance, and in
/// <see cref="VarianceWindows"/> its masses, diagonal or dense, where it has them, and what it learns by itself
/// (<see cref="ILearner"/>). All chains meet after every step and share what they find, so results do not depend on threads. Samplers stay
/// immutable: each step runs one made for it. After the last step, <see cref="Options"/> are those to sample with.
/// </summary>
/// <remarks>
/// <para>The first step size, and that after each window, is sought by doubling or halving until the acceptance of a single leapfrog
/// step passes one half (Hoffman and Gelman 2014, arXiv:1111.4246, algorithm 4), on copies of the states. Attempt a takes the draws of
/// step 2⁵⁵ + a, which no chain reaches.</para>
/// <para>γ of the dual averaging is 0.1, not 0.05: acceptances are counted in whole proposals, so those of a few chains are noisy, and
/// noise in the last 50 steps leaves step sizes too small. On a Gaussian of 20 dimensions, NUTS with 4 chains was then accepted at 0.82 in
/// place of 0.88, for a target of 0.8.</para>
/// </remarks>
public sealed class WarmUp : IDisposable
{
    private const ulong FirstAttempt = 1UL << 55;
    private const double Gamma = 0.1;
    private const double Smallest = 1e-12, Largest = 1e12;

    private readonly Device _device;
    private readonly Energy _energy;
    private readonly SamplerOptions _given;
    private readonly VarianceWindows _windows;
    private readonly PooledMoments? _moments;
    private readonly DualAveraging _averaging;
    private readonly int _massCount;
    private readonly int _learnedCount;
    private readonly bool _adaptsStep;
    private readonly DeviceBuffer _numbers;
    private readonly Rows _rows;
    private DeviceBuffer? _copy;
    private float[] _download = [];

    // The options with the masses and lessons of the last window; made once a window, since a dense metric is factored once for each list
    // of masses.
    private SamplerOptions _basis;
    private double[] _taken = [];
    private (SamplerOptions? Options, Sampler? Sampler) _made;

    /// <summary>Prepares a warm-up.</summary>
    /// <param name="device">Where the chains run.</param>
    /// <param name="energy">The energy that they walk on.</param>
    /// <param name="options">The sampler to adapt; its step size is where the search for the first one begins.</param>
    /// <param name="steps">Steps of the warm-up, at least 0.</param>
    /// <param name="target">The acceptance to adapt to; null for the sampler's own: <see cref="IAdaptable.TargetAcceptance"/>.</param>
    /// <param name="adaptMass">Whether inverse masses are adapted, where the sampler has them; false for the step size alone.</param>
    /// <exception cref="InvalidInputException">The sampler has nothing that can be adapted.</exception>
    public WarmUp(Device device, Energy energy, SamplerOptions options, int steps, double? target = null, bool adaptMass = true)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (!options.CanAdapt())
        {
            throw new InvalidInputException($"The sampler {Catalogue.NameOf(options.GetType()) ?? options.GetType().Name} has no step size "
                + "that can be adapted: that needs an accept test. Use mala, hmc or nuts, or no adaptation.");
        }
        (_device, _energy, _given, _basis, Steps) = (device, energy, options, options, steps);
        IAdaptable? adaptable = options.Adaptable();
        _adaptsStep = adaptable is not null;
        int width = energy.Space.Width;
        if (adaptMass && options.AdaptableMass() is { } massive)
        {
            bool dense = massive.Metric == MassMetric.Dense;
            if (dense)
                DenseMetric.CheckWidth(energy.Space);
            _moments = dense ? new PooledCovariances(width) : new PooledVariances(width);
            _massCount = dense ? width * width : width;
        }
        _learnedCount = (options as ILearner)?.LearnedCount(width) ?? 0;
        _windows = new VarianceWindows(_moments is null && options is not ILearner ? 0 : steps);
        _averaging = new DualAveraging(adaptable?.StepSize ?? 1, target ?? adaptable?.TargetAcceptance ?? 0.5, Gamma);
        int count = 3 + DualAveraging.NumberCount + _massCount + _learnedCount + (_moments?.NumberCount ?? 0);
        _numbers = DeviceBuffer.OnHost(2L * count);
        _rows = _numbers.AsRows(count, 2);
        Save(0, 0, false);
    }

    /// <summary>All steps of the warm-up.</summary>
    public int Steps { get; }

    /// <summary>Steps that were run.</summary>
    public int Done => (int)_rows.Doubles[0];

    /// <summary>
    /// The options as far as they are adapted: after the last step, those to sample with, whose step size is the averaged one.
    /// </summary>
    public SamplerOptions Options
    {
        get
        {
            Load(out int done, out _, out _);
            return done == 0 ? _given : Adapted(done == Steps ? _averaging.Averaged : _averaging.StepSize);
        }
    }

    /// <summary>What a checkpoint keeps: a warm-up with the same options that restores it goes on bit for bit.</summary>
    /// <param name="owner">What comes before the name, for example <c>chains</c>.</param>
    public IEnumerable<StateMemory> State(string owner) => [new StateMemory($"{owner}.warm_up", _rows)];

    /// <summary>Runs the steps that are left, or some of them.</summary>
    /// <param name="loop">Runs the chains, on the same energy and device.</param>
    /// <param name="states">One row a chain; advanced in place.</param>
    /// <param name="noise">Seed and purpose of the draws; step s of the warm-up uses those of step <paramref name="firstStep"/> +
    /// s.</param>
    /// <param name="memory">What the chains keep beside their states; null where the sampler keeps nothing.</param>
    /// <param name="most">The most steps to run now; null for all that are left.</param>
    /// <param name="firstStep">How many steps these chains' draws had been used for before the warm-up.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="InvalidInputException">States or memory do not fit; or no step size has an acceptance near one half.</exception>
    /// <exception cref="DivergenceException">The energy or gradient of a state is not finite.</exception>
    public void Run(ChainLoop loop, Rows states, RandomStream noise, ChainMemory? memory = null, int? most = null, ulong firstStep = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loop);
        Load(out int done, out int attempts, out bool hasWindow);
        int stop = (int)Math.Min(Steps, done + (long)(most ?? Steps));
        while (done < stop)
        {
            if (done == 0)
                _averaging.Restart(Seek(_given.Adaptable()?.StepSize ?? 1));
            Sampler sampler = Create(Adapted(_averaging.StepSize));
            loop.Run(sampler, states, 1, noise, memory, firstStep + (ulong)done, cancellation);
            if (_adaptsStep)
                _averaging.Update(loop.Proposals!.Value.Acceptance);
            done++;
            if (_moments is not null && _windows.Contains(done))
                _moments.Add(Look(Walked(sampler, states, memory)));
            if (_windows.IsEnd(done))
            {
                EndWindow(memory);
                hasWindow = true;
                _averaging.Restart(Seek(_averaging.StepSize));
            }
            Save(done, attempts, hasWindow);
        }

        double Seek(double from) =>
            _adaptsStep ? FirstStepSize(loop, states, noise, from, ref attempts, cancellation) : 1;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _numbers.Dispose();
        _copy?.Dispose();
    }

    /// <summary>Takes the masses of a window, and lets the sampler learn from its chains.</summary>
    private void EndWindow(ChainMemory? memory)
    {
        if (_basis is ILearner learner)
        {
            if (memory is null)
                throw new InvalidOperationException("A sampler that learns from its chains needs their memory.");
            learner.Learn(memory, Learned);
            memory.ClearTallies();
        }
        if (_moments is not null)
        {
            float[] masses = _moments.InverseMass();
            for (int i = 0; i < masses.Length; i++)
                Masses[i] = masses[i];
            _moments.Clear();
        }
        Rebase();
    }

    /// <summary>Makes the options with the masses and lessons at hand.</summary>
    private void Rebase()
    {
        _taken = _rows.Doubles.Slice(3 + DualAveraging.NumberCount, _massCount + _learnedCount).ToArray();
        _basis = _given;
        if (_basis is ILearner learner)
            _basis = learner.WithLearned([.. Learned]);
        if (_massCount > 0)
            _basis = _basis.AdaptableMass()!.WithInverseMass(Array.ConvertAll(Masses.ToArray(), m => (float)m));
    }

    /// <summary>What the chains walk in, and masses belong to: their states, or a part that they keep.</summary>
    private static Rows Walked(Sampler sampler, Rows states, ChainMemory? memory) => sampler.MassPart is not { } part ? states
        : memory?.Parts[part].Slice(0, states.Count) ?? throw new InvalidInputException(
            $"The chains walk in what they keep, {sampler.Kept[part].Name}. Give the warm-up the memory that they keep it in.");

    private double FirstStepSize(ChainLoop loop, Rows states, RandomStream noise, double stepSize, ref int attempts,
        CancellationToken cancellation)
    {
        if ((_copy?.Length ?? 0) < states.Length)
        {
            _copy?.Dispose();
            _copy = _device.Allocate(states.Length);
        }
        Rows copy = _copy!.AsRows(states.Count, states.Width);
        bool? grows = null;
        while (true)
        {
            _device.Copy(states, copy);
            SamplerOptions one = Adapted(stepSize).Adaptable()!.OneStep();
            Sampler sampler = one.Create(_energy);
            loop.Run(sampler, copy, 1, noise, null, FirstAttempt + (ulong)attempts++, cancellation);
            bool accepts = loop.Proposals!.Value.Acceptance > 0.5;
            if (grows is { } before && before != accepts)
                return stepSize;
            grows = accepts;
            stepSize *= accepts ? 2 : 0.5;
        }
    }

    /// <summary>The options with a step size, and with the masses and lessons of the last window.</summary>
    private SamplerOptions Adapted(double stepSize)
    {
        if (!(stepSize is > Smallest and < Largest))
        {
            throw new InvalidInputException($"The step size adapts to {stepSize:G3}, outside {Smallest:G3} to {Largest:G3}: at every size "
                + "up to there, proposals are accepted more often than aimed at (an energy without a minimum, or flat), or less (an "
                + "energy with a jump at the states). Check the energy, or set step_size and run without adaptation.");
        }
        return _adaptsStep ? _basis.Adaptable()!.WithStepSize(stepSize) : _basis;
    }

    /// <summary>The sampler of options: the one at hand where they are the same object, as without a step size to adapt.</summary>
    private Sampler Create(SamplerOptions options)
    {
        if (!ReferenceEquals(options, _made.Options))
            _made = (options, options.Create(_energy));
        return _made.Sampler!;
    }

    private ReadOnlySpan<float> Look(Rows states)
    {
        if (_download.Length != states.Length)
            _download = new float[states.Length];
        _device.Download(states, _download);
        return _download;
    }

    private Span<double> Masses => _rows.Doubles.Slice(3 + DualAveraging.NumberCount, _massCount);

    private Span<double> Learned => _rows.Doubles.Slice(3 + DualAveraging.NumberCount + _massCount, _learnedCount);

    private Span<double> Moments => _rows.Doubles[(3 + DualAveraging.NumberCount + _massCount + _learnedCount)..];

    private void Save(int done, int attempts, bool hasWindow)
    {
        Span<double> numbers = _rows.Doubles;
        (numbers[0], numbers[1], numbers[2]) = (done, attempts, hasWindow ? 1 : 0);
        _averaging.Save(numbers[3..]);
        if (done == 0 || _windows.Contains(done))
            _moments?.Save(Moments);
    }

    private void Load(out int done, out int attempts, out bool hasWindow)
    {
        ReadOnlySpan<double> numbers = _rows.Doubles;
        (done, attempts, hasWindow) = ((int)numbers[0], (int)numbers[1], numbers[2] != 0);
        _averaging.Load(numbers[3..]);
        _moments?.Load(Moments);
        // The numbers may be those of a checkpoint.
        if (hasWindow && !_taken.AsSpan().SequenceEqual(_rows.Doubles.Slice(3 + DualAveraging.NumberCount, _massCount + _learnedCount)))
            Rebase();
    }
}
