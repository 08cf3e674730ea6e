namespace Joule.Bench;

/// <summary>
/// The work of one call of a kernel: floating-point operations if it is bound by arithmetic, bytes read and written if bound by memory.
/// </summary>
/// <param name="Flops">Floating-point operations, 2 for a multiply-add; 0 if bound by memory.</param>
/// <param name="Bytes">Bytes read and written; 0 if bound by arithmetic.</param>
public readonly record struct KernelWork(double Flops, double Bytes)
{
    public static KernelWork Arithmetic(double multiplyAdds) => new(2 * multiplyAdds, 0);

    /// <summary>A kernel that touches a number of floats for each element.</summary>
    public static KernelWork Memory(long elements, double floatsOfElement) => new(0, sizeof(float) * floatsOfElement * elements);
}
