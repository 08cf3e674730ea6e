using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// Options of a coupling: how an update pairs noise with data. To add a coupling, add one file: a record that derives from this and has a
/// <see cref="NamedAttribute"/>, and the coupling.
/// </summary>
[DefaultType("independent")]
public abstract record CouplingOptions
{
    /// <summary>Creates the coupling.</summary>
    /// <param name="device">The device of the states.</param>
    /// <param name="batch">Largest number of pairs.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or there is too little memory.</exception>
    public abstract Coupling Create(Device device, int batch);

    /// <summary>Checks the options against the batch size of the training.</summary>
    /// <param name="batch">States of one update.</param>
    /// <param name="problems">Receives the problems.</param>
    /// <param name="path">The options' path, for example <c>objective.coupling.</c>.</param>
    public virtual void ValidateBatch(int batch, ICollection<string> problems, string path) { }
}

/// <summary>
/// Pairs each of n data rows with one of n noise rows. The choice is made on the device, within the launch of the caller, and depends on
/// the rows and the draws alone.
/// </summary>
public abstract class Coupling : IDisposable
{
    private readonly DeviceBuffer _partners;

    /// <summary>Allocates memory for the partners.</summary>
    /// <param name="device">The device of the states.</param>
    /// <param name="batch">Largest number of pairs, at least 1.</param>
    protected Coupling(Device device, int batch)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        (Device, Batch) = (device, batch);
        _partners = device.Allocate(batch);
    }

    /// <summary>Largest number of pairs.</summary>
    public int Batch { get; }

    /// <summary>
    /// The partners of the last launch: for each data row, the index of its noise row, as an integer (<see cref="Rows.Integers"/>).
    /// </summary>
    public Rows Partners => _partners.AsRows(Batch, 1);

    /// <summary>The device of the states.</summary>
    protected Device Device { get; }

    /// <summary>
    /// Adds the programs that write <see cref="Partners"/>, in order. The rows are there when the first of them runs.
    /// </summary>
    /// <param name="noise">n rows of noise, at most <see cref="Batch"/>.</param>
    /// <param name="data">n rows of data.</param>
    /// <param name="draws">The random draws of the update; pair i has those of chain i.</param>
    /// <param name="programs">Receives the programs.</param>
    /// <param name="cancellation">Cancels the programs.</param>
    public abstract void AddPrograms(
        Rows noise, Rows data, RandomStream draws, ICollection<DeviceProgram> programs, CancellationToken cancellation = default);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected virtual void Dispose(bool disposing) => _partners.Dispose();
}
