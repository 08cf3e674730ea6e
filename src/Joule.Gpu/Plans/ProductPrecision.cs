namespace Joule.Gpu.Plans;

/// <summary>How the numbers of products are multiplied. Sums are always float32.</summary>
public enum ProductPrecision
{
    /// <summary>Float32, fused with the sum: 24 bits.</summary>
    Float32,

    /// <summary>Each number as the sum of two tf32 numbers, in three products on tensor cores: about 21 bits.</summary>
    Tf32x3,

    /// <summary>Numbers are rounded to tf32, 11 bits, and multiplied on tensor cores.</summary>
    Tf32,
}
