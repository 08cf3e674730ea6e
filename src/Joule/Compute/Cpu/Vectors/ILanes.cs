namespace Joule.Compute;

/// <summary>
/// One vector width, for kernels that are written once and compiled for each width: TFloat holds floats, TBits the same number of 32-bit
/// words. Each operation does the same to a lane on every width, so results do not depend on the width. (Vector512 alone would also run
/// everywhere, but without 512-bit registers the compiler gives up inlining in a kernel of this size.)
/// </summary>
internal unsafe interface ILanes<TFloat, TBits>
{
    static abstract int Count { get; }
    static abstract TBits Indices { get; }
    static abstract TFloat Spread(float value);
    static abstract TBits Spread(uint value);
    static abstract TFloat Load(float* source);
    static abstract void Store(TFloat value, float* target);

    /// <summary>Stores the first <paramref name="count"/> lanes, fewer than all.</summary>
    static abstract void StoreFirst(TFloat value, float* target, int count);

    /// <summary>The first <paramref name="count"/> lanes, and 0 in the others.</summary>
    static abstract TFloat KeepFirst(TFloat value, int count);

    static abstract TFloat Add(TFloat a, TFloat b);
    static abstract TFloat Multiply(TFloat a, TFloat b);

    /// <summary>a·b + c, fused if the processor can.</summary>
    static abstract TFloat MultiplyAdd(TFloat a, TFloat b, TFloat c);

    /// <summary>Whether the processor has fused multiply-add.</summary>
    static abstract bool Fuses { get; }

    static abstract TFloat Sqrt(TFloat x);

    /// <summary>The larger one; NaN if <paramref name="x"/> is NaN.</summary>
    static abstract TFloat Max(TFloat least, TFloat x);

    /// <summary>−|x|.</summary>
    static abstract TFloat NegativeAbs(TFloat x);

    /// <summary><paramref name="then"/> where x is above 0; elsewhere, NaN included, <paramref name="other"/>.</summary>
    static abstract TFloat IfPositive(TFloat x, TFloat then, TFloat other);

    /// <summary><paramref name="then"/> where x is below 0; elsewhere, NaN included, <paramref name="other"/>.</summary>
    static abstract TFloat IfNegative(TFloat x, TFloat then, TFloat other);

    /// <summary>x limited to [low, high]; NaN stays NaN.</summary>
    static abstract TFloat Clamp(TFloat x, TFloat low, TFloat high);

    /// <summary>⌊log₂ x⌋ of a positive normal number.</summary>
    static abstract TFloat Exponent(TFloat x);
    static abstract TFloat FromSigned(TBits x);
    static abstract TFloat AsFloat(TBits x);
    static abstract TBits AsBits(TFloat x);

    static abstract TBits Add(TBits a, TBits b);
    static abstract TBits MinSigned(TBits a, TBits b);
    static abstract TBits MinUnsigned(TBits a, TBits b);
    static abstract TBits Xor(TBits a, TBits b);

    /// <summary>a ⊕ b ⊕ c.</summary>
    static abstract TBits Xor(TBits a, TBits b, TBits c);

    /// <summary>(x ∧ mask) ∨ ones.</summary>
    static abstract TBits AndOr(TBits x, TBits mask, TBits ones);

    /// <summary>x ⊕ (y ∧ mask).</summary>
    static abstract TBits XorAnd(TBits x, TBits y, TBits mask);
    static abstract TBits ShiftRight8(TBits x);
    static abstract TBits ShiftLeft23(TBits x);

    /// <summary>64-bit products of the even words.</summary>
    static abstract TBits MultiplyEven(TBits a, TBits b);

    /// <summary>Odd words moved to the even places.</summary>
    static abstract TBits OddToEven(TBits x);

    /// <summary>The even words of <paramref name="even"/> in the even places, those of <paramref name="odd"/> in the odd ones.</summary>
    static abstract TBits MergeLow(TBits even, TBits odd);

    /// <summary>The odd words of <paramref name="even"/> in the even places, those of <paramref name="odd"/> in the odd ones.</summary>
    static abstract TBits MergeHigh(TBits even, TBits odd);
}
