using Joule.Compute;

namespace Joule.Compare.Cases;

/// <summary>
/// From the start of a process to the first energy of one image from a saved model. It is measured from outside: see
/// <see cref="StartupPrograms"/>.
/// </summary>
internal sealed class StartupCase : ComparisonCase
{
    public override string Name => "startup";

    public override string Summary => "process start to the first energy of one image from a saved model, the book's network";

    public override CaseRun Open(Device device, bool quick) => throw new NotSupportedException("This case does not run in this process.");
}
