using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="AssignmentCoupling"/>.</summary>
[Named("assignment", "exact optimal transport between the noise and the data of an update, by linear assignment",
    paper: "Tong et al. 2024, arXiv:2302.00482; Jonker and Volgenant 1987")]
public sealed record AssignmentCouplingOptions : CouplingOptions
{
    // A batch of 2,048 has 32 MiB of costs; the time grows with the cube.
    private const int MostRows = 2048;

    /// <inheritdoc/>
    public override Coupling Create(Device device, int batch) => new AssignmentCoupling(device, batch);

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (batch > MostRows)
        {
            problems.Add($"{path}type is assignment and training.batch is {batch}; an assignment takes at most {MostRows:N0} pairs, "
                + "since its time grows with the cube of their number");
        }
    }
}

/// <summary>
/// Exact optimal transport within a batch: the permutation of the noise that has the least sum of squared distances to the data. It
/// straightens the paths from noise to data (Tong et al. 2024, arXiv:2302.00482). One worker solves it, while the others wait: the time
/// grows with the cube of the batch.
/// </summary>
public sealed class AssignmentCoupling : Coupling
{
    private readonly CostProgram _costs;
    private readonly SolveProgram _solve;

    /// <summary>Creates the coupling.</summary>
    /// <param name="device">The device of the states.</param>
    /// <param name="batch">Largest number of pairs.</param>
    public AssignmentCoupling(Device device, int batch) : base(device, batch)
    {
        _costs = new CostProgram(device, batch);
        _solve = new SolveProgram(this);
    }

    /// <inheritdoc/>
    public override void AddPrograms(
        Rows noise, Rows data, RandomStream draws, ICollection<DeviceProgram> programs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(programs);
        _costs.Prepare(data, noise);
        _solve.Prepare(data.Count, cancellation);
        programs.Add(_costs);
        programs.Add(_solve);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _costs.Dispose();
        base.Dispose(disposing);
    }

    private sealed class SolveProgram(AssignmentCoupling coupling) : DeviceProgram
    {
        private readonly LinearAssignment _assignment = new(coupling.Batch);
        private int _pairs;
        private CancellationToken _cancellation;

        public override string Name => "the assignment of noise to data";

        public override int Count => 1;

        public void Prepare(int pairs, CancellationToken cancellation) => (_pairs, _cancellation) = (pairs, cancellation);

        protected override void Run(int start, int count, int lane) =>
            _assignment.Solve(coupling._costs.Costs.Doubles, coupling.Partners.Slice(0, _pairs).Integers, _cancellation);
    }
}
