using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="SinkhornCoupling"/>.</summary>
[Named("sinkhorn", "entropic optimal transport between the noise and the data of an update; pairs are drawn from its plan",
    paper: "Cuturi 2013, arXiv:1306.0895; Tong et al. 2024, arXiv:2302.00482")]
public sealed record SinkhornCouplingOptions : CouplingOptions
{
    // A batch of 2,048 has 64 MiB of costs.
    private const int MostRows = 2048;

    /// <summary>ε: the weight of the entropy, as a share of the mean squared distance in the batch.</summary>
    [Between(0.001, 100)]
    public double Regularization { get; init; } = 0.05;

    /// <summary>By what factor less 1 the share of a noise row may be off when the iterations end.</summary>
    [Between(1e-9, 1)]
    public double Tolerance { get; init; } = 0.01;

    /// <summary>Largest number of iterations.</summary>
    [Between(1, 100_000)]
    public int Iterations { get; init; } = 200;

    /// <inheritdoc/>
    public override Coupling Create(Device device, int batch) => new SinkhornCoupling(device, batch, this);

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (batch > MostRows)
            problems.Add($"{path}type is sinkhorn and training.batch is {batch}; a plan has at most {MostRows:N0} rows");
    }
}

/// <summary>
/// Entropic optimal transport within a batch: each data row draws its partner from its row of the plan (<see cref="SinkhornPlan"/>). Small
/// ε approach <see cref="AssignmentCoupling"/>, large ones <see cref="IndependentCoupling"/>. Two data rows may have the same partner.
/// </summary>
public sealed class SinkhornCoupling : Coupling
{
    private readonly CostProgram _costs;
    private readonly SolveProgram _solve;

    /// <summary>Creates the coupling.</summary>
    /// <param name="device">The device of the states.</param>
    /// <param name="batch">Largest number of pairs.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public SinkhornCoupling(Device device, int batch, SinkhornCouplingOptions options) : base(device, batch)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        OptionsCheck.Add(options, problems);
        if (problems.Count > 0)
            throw new InvalidInputException($"The options of the Sinkhorn coupling cannot be used: {string.Join("; ", problems)}.");
        _costs = new CostProgram(device, batch);
        _solve = new SolveProgram(this, options);
    }

    /// <inheritdoc/>
    public override void AddPrograms(
        Rows noise, Rows data, RandomStream draws, ICollection<DeviceProgram> programs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(programs);
        _costs.Prepare(data, noise);
        _solve.Prepare(data.Count, draws, cancellation);
        programs.Add(_costs);
        programs.Add(_solve);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _costs.Dispose();
        base.Dispose(disposing);
    }

    private sealed class SolveProgram(SinkhornCoupling coupling, SinkhornCouplingOptions options) : DeviceProgram
    {
        private readonly SinkhornPlan _plan = new(coupling.Batch);
        private int _pairs;
        private RandomStream _draws;
        private CancellationToken _cancellation;

        public override string Name => "the transport plan between noise and data";

        public override int Count => 1;

        public void Prepare(int pairs, RandomStream draws, CancellationToken cancellation) =>
            (_pairs, _draws, _cancellation) = (pairs, draws, cancellation);

        protected override void Run(int start, int count, int lane)
        {
            _plan.Solve(coupling._costs.Costs.Doubles, _pairs, options.Regularization, options.Tolerance, options.Iterations,
                _cancellation);
            Span<int> partners = coupling.Partners.Slice(0, _pairs).Integers;
            for (int i = 0; i < _pairs; i++)
                partners[i] = _plan.Draw(i, _draws.OpenUniform((uint)i, 0));
        }
    }
}
