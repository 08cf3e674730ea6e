namespace Joule.Gpu.Ptx;

/// <summary>Arithmetic in float64, for the few numbers that need it: the accept test of a proposal.</summary>
internal sealed partial class PtxWriter
{
    public F64 Constant(double value) => NewDouble("mov.f64", Literal(value));

    public F64 ToDouble(F32 a) => NewDouble("cvt.f64.f32", a);

    /// <summary>The nearest float32 number, the even one of two.</summary>
    public F32 ToSingle(F64 a) => NewFloat("cvt.rn.f32.f64", a);

    /// <summary>The whole number without what comes after the point.</summary>
    public F64 Truncate(F64 a) => NewDouble("cvt.rzi.f64.f64", a);

    public F64 ToDouble(U32 a) => NewDouble("cvt.rn.f64.u32", a);

    public F64 SignedToDouble(U32 a) => NewDouble("cvt.rn.f64.s32", a);

    public F64 Add(F64 a, F64 b) => NewDouble("add.rn.f64", a, b);

    public F64 Add(F64 a, double b) => NewDouble("add.rn.f64", a, Literal(b));

    public F64 Subtract(F64 a, F64 b) => NewDouble("sub.rn.f64", a, b);

    public F64 Multiply(F64 a, F64 b) => NewDouble("mul.rn.f64", a, b);

    public F64 Multiply(F64 a, double b) => NewDouble("mul.rn.f64", a, Literal(b));

    public F64 Divide(F64 a, F64 b) => NewDouble("div.rn.f64", a, b);

    public F64 MultiplyAdd(F64 a, F64 b, F64 c) => NewDouble("fma.rn.f64", a, b, c);

    public F64 MultiplyAdd(F64 a, F64 b, double c) => NewDouble("fma.rn.f64", a, b, Literal(c));

    public F64 Absolute(F64 a) => NewDouble("abs.f64", a);

    public F64 Select(Condition c, F64 then, F64 other) => NewDouble("selp.f64", then, other, c);

    /// <summary>Whether a ≥ b; false for NaN.</summary>
    public Condition AtLeast(F64 a, double b) => Compare($"setp.ge.f64 {{0}}, {a}, {Literal(b)}");

    /// <summary>Whether a &lt; b; false for NaN.</summary>
    public Condition Less(F64 a, F64 b) => Compare($"setp.lt.f64 {{0}}, {a}, {b}");

    public void Assign(F64 target, F64 value) => Write($"mov.f64 {target}, {value}");

    /// <summary>The upper word of a number's bits, with sign and exponent, and the lower one.</summary>
    public (U32 Low, U32 High) Split(F64 a)
    {
        U32 low = Word(), high = Word();
        Write($"mov.b64 {{{low}, {high}}}, {a}");
        return (low, high);
    }

    public F64 Join(U32 low, U32 high)
    {
        F64 r = Double();
        Write($"mov.b64 {r}, {{{low}, {high}}}");
        return r;
    }

    public F64 LoadGlobalDouble(Address at, int offset = 0)
    {
        F64 r = Double();
        Write($"ld.global.f64 {r}, [{at}+{offset}]");
        return r;
    }

    public void StoreGlobal(Address at, int offset, F64 value) => Write($"st.global.f64 [{at}+{offset}], {value}");

    /// <summary>A float64 number at a multiple of 8 bytes.</summary>
    public F64 LoadSharedDouble(U32 start, int offset)
    {
        CheckShared(offset, 2);
        F64 r = Double();
        Write($"ld.shared.f64 {r}, [{start}+{offset}]");
        return r;
    }

    public void StoreShared(U32 start, int offset, F64 value)
    {
        CheckShared(offset, 2);
        Write($"st.shared.f64 [{start}+{offset}], {value}");
    }

    private F64 NewDouble(string operation, params object[] operands)
    {
        F64 r = Double();
        Write($"{operation} {r}, {string.Join(", ", operands)}");
        return r;
    }
}
