using Joule.Compute;

namespace Joule.Compare.Cases;

/// <summary>One piece of work that Joule and its peers are timed at.</summary>
internal abstract class ComparisonCase
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is done once, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>Floating-point operations of doing it once; null where they say nothing.</summary>
    public virtual double? Flops => null;

    /// <summary>
    /// How much smaller the work of <see cref="Open"/> is in quick mode: the share of the full work that is done and scaled up.
    /// </summary>
    public virtual double QuickShare => 1;

    /// <summary>Makes it ready on a device.</summary>
    /// <param name="device">Where Joule runs.</param>
    /// <param name="quick">Whether to do only <see cref="QuickShare"/> of the work.</param>
    public abstract CaseRun Open(Device device, bool quick);
}
