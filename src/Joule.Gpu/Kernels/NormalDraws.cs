using Joule.Compute;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// The draws of <see cref="RandomStream"/> in a kernel: Philox4x32-10 and Box–Muller, operation for operation as on a processor with fused
/// multiply-add, so that they have the same bits.
/// </summary>
internal sealed class NormalDraws
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;
    private const int Rounds = 10;

    private static readonly float[] LogTerms =
    [
        -2.8822155f, -3.39162326f, -2.5153389f, -0.40707761f, -0.539225459f, 0.485610157f, -0.667401254f, 0.999985695f, -2f,
    ];

    private static readonly float[] SineTerms = [0.0775603876f, -0.598242104f, 2.55006981f, -5.16770983f, 3.14159274f];

    private static readonly float[] CosineTerms = [0.219696805f, -1.33188021f, 4.05841208f, -4.934793f, 0.99999994f];

    private readonly PtxWriter _w;
    private readonly U32[] _key0 = new U32[Rounds];
    private readonly U32[] _key1 = new U32[Rounds];

    /// <summary>Prepares the keys of a seed.</summary>
    /// <param name="writer">The kernel, before any branch.</param>
    /// <param name="seedLow">The lower word of the seed.</param>
    /// <param name="seedHigh">The upper word of the seed.</param>
    public NormalDraws(PtxWriter writer, U32 seedLow, U32 seedHigh)
    {
        _w = writer;
        for (int r = 0; r < Rounds; r++)
        {
            _key0[r] = r == 0 ? seedLow : writer.Add(_key0[r - 1], W0);
            _key1[r] = r == 0 ? seedHigh : writer.Add(_key1[r - 1], W1);
        }
    }

    /// <summary>The four words of one block of the generator.</summary>
    /// <param name="counter">The block.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="stepLow">The lower word of the step.</param>
    /// <param name="stepHigh">The upper word of the step, with the purpose.</param>
    public U32[] Words(U32 counter, U32 chain, U32 stepLow, U32 stepHigh)
    {
        U32 c0 = counter, c1 = chain, c2 = stepLow, c3 = stepHigh;
        for (int r = 0; r < Rounds; r++)
        {
            U32 high0 = _w.HighProduct(c0, M0), low0 = _w.Multiply(c0, M0), high1 = _w.HighProduct(c2, M1), low1 = _w.Multiply(c2, M1);
            c0 = _w.Xor(_w.Xor(high1, c1), _key0[r]);
            c1 = low1;
            c2 = _w.Xor(_w.Xor(high0, c3), _key1[r]);
            c3 = low0;
        }
        return [c0, c1, c2, c3];
    }

    /// <summary>
    /// Four standard normal draws of one block: those with the indices 64·(counter / 16) + counter mod 16 + 0, 16, 32 and 48.
    /// </summary>
    public F32[] Normals(U32 counter, U32 chain, U32 stepLow, U32 stepHigh)
    {
        U32[] words = Words(counter, chain, stepLow, stepHigh);
        (F32 n0, F32 n1) = Pair(words[0], words[1]);
        (F32 n2, F32 n3) = Pair(words[2], words[3]);
        return [n0, n1, n2, n3];
    }

    /// <summary>
    /// The logarithm of a uniform draw (word + ½) / 2³², in float64: with m·2ᵉ = u and s = (m − 1)/(m + 1), ln u = e·ln 2 + 2·artanh s.
    /// </summary>
    public F64 LogUniform(U32 word)
    {
        F64 u = _w.Multiply(_w.Add(_w.ToDouble(word), 0.5), 1 / 4294967296.0);
        (U32 low, U32 high) = _w.Split(u);
        F64 m = _w.Join(low, _w.Or(_w.And(high, 0x000FFFFFu), 0x3FF00000u));
        F64 exponent = _w.SignedToDouble(_w.Subtract(_w.ShiftRight(high, 20), 1023));
        Condition isLarge = _w.AtLeast(m, Math.Sqrt(2));
        m = _w.Select(isLarge, _w.Multiply(m, 0.5), m);
        exponent = _w.Select(isLarge, _w.Add(exponent, 1), exponent);
        F64 s = _w.Divide(_w.Add(m, -1), _w.Add(m, 1)), square = _w.Multiply(s, s), sum = _w.Constant(2.0 / 23);
        for (int k = 21; k >= 1; k -= 2)
            sum = _w.MultiplyAdd(sum, square, 2.0 / k);
        return _w.MultiplyAdd(exponent, _w.Constant(Math.Log(2)), _w.Multiply(sum, s));
    }

    /// <summary>sin(π·x) and cos(π·x) for |x| ≤ ½, to about a unit of the last place.</summary>
    public static (F32 Sine, F32 Cosine) SineCosine(PtxWriter w, F32 x)
    {
        F32 square = w.Multiply(x, x);
        return (w.Multiply(x, Polynomial(w, SineTerms, square)), Polynomial(w, CosineTerms, square));
    }

    // The radius √(−2 ln u) of the first word; cosine and sine of the second word's angle. See BoxMuller for the ranges and polynomials.
    private (F32 Cosine, F32 Sine) Pair(U32 radius, U32 angle)
    {
        F32 y = _w.MultiplyAdd(_w.FromSigned(radius), 1f / 4294967296f, 0.5f / 4294967296f);
        U32 bits = _w.AsWord(y), bounded = _w.Min(bits, 0x3F000000u);
        F32 exponent = _w.FromSigned(_w.Subtract(_w.ShiftRight(bounded, 23), 127));
        F32 f = _w.Add(_w.AsFloat(_w.Or(_w.And(bounded, 0x007FFFFFu), 0x3F000000u)), -1f);
        f = _w.AsFloat(_w.MinSigned(bits, _w.AsWord(f)));
        F32 r = _w.Sqrt(_w.MultiplyAdd(Polynomial(LogTerms, f), f, _w.MultiplyAdd(exponent, -1.38629436f, -1.38629436f)));
        F32 x = _w.Add(_w.AsFloat(_w.Or(_w.And(angle, 0x007FFFFEu), 0x3F800001u)), -1.5f), square = _w.Multiply(x, x);
        F32 sine = _w.Multiply(x, Polynomial(SineTerms, square)), cosine = Polynomial(CosineTerms, square);
        F32 signed = _w.AsFloat(_w.Xor(_w.AsWord(cosine), _w.And(angle, 0x80000000u)));
        return (_w.Multiply(r, signed), _w.Multiply(r, sine));
    }

    private F32 Polynomial(float[] coefficients, F32 x) => Polynomial(_w, coefficients, x);

    private static F32 Polynomial(PtxWriter w, float[] coefficients, F32 x)
    {
        F32 sum = w.Constant(coefficients[0]);
        foreach (float c in coefficients.AsSpan(1))
            sum = w.MultiplyAdd(sum, x, c);
        return sum;
    }
}
