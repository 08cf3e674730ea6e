namespace Joule.Gpu.Ptx;

/// <summary>What kernels over global memory need: vectors of four, loops, and products of small matrices.</summary>
internal sealed partial class PtxWriter
{
    /// <summary>Four new registers.</summary>
    public F32[] Float4() => [Float(), Float(), Float(), Float()];

    /// <summary>Four numbers that the kernel may write, at a multiple of 16 bytes.</summary>
    public F32[] LoadGlobal4(Address at, int offset = 0)
    {
        F32[] r = Float4();
        LoadGlobal4(r, at, offset);
        return r;
    }

    public void LoadGlobal4(IReadOnlyList<F32> into, Address at, int offset = 0) =>
        Write($"ld.global.v4.f32 {{{string.Join(", ", into)}}}, [{at}+{offset}]");

    public void LoadGlobal(F32 into, Address at, int offset = 0) => Write($"ld.global.f32 {into}, [{at}+{offset}]");

    /// <summary>Writes four numbers at a multiple of 16 bytes.</summary>
    public void StoreGlobal4(Address at, int offset, IReadOnlyList<F32> values) =>
        Write($"st.global.v4.f32 [{at}+{offset}], {{{string.Join(", ", values)}}}");

    public F32 FromUnsigned(U32 a) => NewFloat("cvt.rn.f32.u32", a);

    /// <summary>Whether a &lt; b; false for NaN.</summary>
    public Condition Below(F32 a, F32 b) => Compare($"setp.lt.f32 {{0}}, {a}, {b}");

    /// <summary>
    /// The nearest number with 10 bits of mantissa, away from 0 if two are: what <see cref="MultiplyTiles"/> reads.
    /// </summary>
    public U32 RoundToTf32(F32 a) => NewWord("cvt.rna.tf32.f32", a);

    /// <summary>
    /// A warp adds the product of a 16 × 8 and an 8 × 8 matrix of tf32 numbers to a 16 × 8 matrix of float32 numbers. With g = lane / 4
    /// and t = lane mod 4, a lane has A[g][t], A[g + 8][t], A[g][t + 4], A[g + 8][t + 4]; B[t][g], B[t + 4][g]; and of the sums
    /// [g][2t], [g][2t + 1], [g + 8][2t], [g + 8][2t + 1]. All lanes of the warp must come here together.
    /// </summary>
    public void MultiplyTiles(IReadOnlyList<F32> sums, IReadOnlyList<U32> a, IReadOnlyList<U32> b)
    {
        string all = $"{{{string.Join(", ", sums)}}}";
        Write($"mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {all}, {{{string.Join(", ", a)}}}, {{{string.Join(", ", b)}}}, {all}");
    }

    /// <summary>Writes a loop of items first, first + stride, … below a count. The body must hold no barrier.</summary>
    public void Repeat(U32 first, uint stride, uint count, Action<U32> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        U32 item = Add(first, 0);
        Label top = NewLabel(), end = NewLabel();
        Place(top);
        JumpUnless(Less(item, count), end);
        body(item);
        Increase(item, stride);
        Jump(top);
        Place(end);
    }
}
