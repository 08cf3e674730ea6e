using Joule.Compute;

namespace Joule.Compare.Cases;

/// <summary>One piece of work for which Joule and its peers are timed.</summary>
internal abstract class ComparisonCase
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The work of one repetition, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>Floating-point operations per repetition; null if they are not meaningful.</summary>
    public virtual double? Flops => null;

    /// <summary>
    /// The share of the full work that <see cref="Open"/> prepares in quick mode; the time is scaled up.
    /// </summary>
    public virtual double QuickShare => 1;

    /// <summary>Prepares the case on a device.</summary>
    /// <param name="device">Where Joule runs.</param>
    /// <param name="quick">Whether to do only <see cref="QuickShare"/> of the work.</param>
    public abstract CaseRun Open(Device device, bool quick);
}
