using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="IndependentCoupling"/>.</summary>
[Named("independent", "noise and data are drawn apart from each other", paper: "Lipman et al. 2023, arXiv:2210.02747")]
public sealed record IndependentCouplingOptions : CouplingOptions
{
    /// <inheritdoc/>
    public override Coupling Create(Device device, int batch) => new IndependentCoupling(device, batch);
}

/// <summary>The product of both distributions: data row i has noise row i, which was drawn without looking at it.</summary>
public sealed class IndependentCoupling : Coupling
{
    /// <summary>Creates the coupling.</summary>
    /// <param name="device">The device of the states.</param>
    /// <param name="batch">Largest number of pairs.</param>
    public IndependentCoupling(Device device, int batch) : base(device, batch) =>
        device.UploadIntegers([.. Enumerable.Range(0, batch)], Partners);

    /// <summary>Adds nothing: the partners never change.</summary>
    public override void AddPrograms(
        Rows noise, Rows data, RandomStream draws, ICollection<DeviceProgram> programs, CancellationToken cancellation = default)
    {
    }
}
