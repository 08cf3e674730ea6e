namespace Joule.Bench;

/// <summary>
/// What one call of a kernel does: floating-point operations where arithmetic is its limit, bytes read and written where memory is.
/// </summary>
/// <param name="Flops">Floating-point operations, 2 for a multiply-add; 0 where memory is the limit.</param>
/// <param name="Bytes">Bytes read and written; 0 where arithmetic is the limit.</param>
public readonly record struct KernelWork(double Flops, double Bytes)
{
    public static KernelWork Arithmetic(double multiplyAdds) => new(2 * multiplyAdds, 0);

    /// <summary>A kernel that touches a number of floats for each element.</summary>
    public static KernelWork Memory(long elements, double floatsOfElement) => new(0, sizeof(float) * floatsOfElement * elements);
}
