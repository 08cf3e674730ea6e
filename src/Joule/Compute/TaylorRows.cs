namespace Joule.Compute;

/// <summary>
/// Rows of the Taylor coefficients of a value along a path x(ε), as derivatives at ε = 0: x, x′ and, for order 2, x″. As many rows each.
/// </summary>
/// <param name="Zero">The values.</param>
/// <param name="First">Their first derivatives; no rows if they are not needed.</param>
/// <param name="Second">Their second derivatives; no rows if they are not needed.</param>
public readonly record struct TaylorRows(Rows Zero, Rows First, Rows Second)
{
    /// <summary>Whether the second derivatives are there.</summary>
    public bool HasSecond => Second.Count > 0;
}
