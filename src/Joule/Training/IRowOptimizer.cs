using Joule.Compute;

namespace Joule.Training;

/// <summary>An optimiser whose step is an operation on rows, so that it runs on every device.</summary>
public interface IRowOptimizer
{
    /// <summary>Makes the prepared update of all parameters (<see cref="Optimizer.Prepare"/>).</summary>
    /// <param name="rows">The operations.</param>
    /// <param name="parameters">All parameters, as one row; changed in place.</param>
    /// <param name="gradient">Their gradient. Zeroed afterwards.</param>
    void Apply(IRowOperations rows, Rows parameters, Rows gradient);
}
