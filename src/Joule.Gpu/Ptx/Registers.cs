namespace Joule.Gpu.Ptx;

/// <summary>A register that holds a float32 number.</summary>
internal readonly record struct F32(int Index)
{
    public override string ToString() => $"%f{Index}";
}

/// <summary>A register that holds a 32-bit word, an unsigned integer unless an operation says otherwise.</summary>
internal readonly record struct U32(int Index)
{
    public override string ToString() => $"%r{Index}";
}

/// <summary>A register that holds a 64-bit address in global memory.</summary>
internal readonly record struct Address(int Index)
{
    public override string ToString() => $"%rd{Index}";
}

/// <summary>A register that holds a condition.</summary>
internal readonly record struct Condition(int Index)
{
    public override string ToString() => $"%p{Index}";
}

/// <summary>A place in the code.</summary>
internal readonly record struct Label(int Index)
{
    public override string ToString() => $"L{Index}";
}

/// <summary>A register that holds a float64 number.</summary>
internal readonly record struct F64(int Index)
{
    public override string ToString() => $"%fd{Index}";
}
