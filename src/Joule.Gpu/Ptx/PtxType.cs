namespace Joule.Gpu.Ptx;

/// <summary>The types of registers and parameters.</summary>
public enum PtxType
{
    /// <summary>A float32 number.</summary>
    Float32,

    /// <summary>32 bits, as a word or an integer.</summary>
    Bits32,

    /// <summary>A float64 number.</summary>
    Float64,

    /// <summary>64 bits, as an address.</summary>
    Bits64,
}
