using System.Diagnostics.CodeAnalysis;
using Joule.Gpu.Devices;

namespace Joule.Gpu;

/// <summary>Registers this package with Joule.</summary>
public static class JouleGpu
{
    /// <summary>Adds the devices of the package to Joule's catalogue. Repeated calls have no effect.</summary>
    /// <remarks>A trimmed program finds kinds by reflection, and keeps only what it is told to keep.</remarks>
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(GpuKind))]
    public static void Register() => Catalogue.Register(typeof(JouleGpu).Assembly);
}
