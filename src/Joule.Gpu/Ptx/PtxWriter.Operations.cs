namespace Joule.Gpu.Ptx;

/// <summary>Arithmetic, conditions and jumps.</summary>
internal sealed partial class PtxWriter
{
    public F32 Constant(float value) => NewFloat("mov.f32", Literal(value));

    public U32 Constant(uint value) => NewWord("mov.u32", Literal(value));

    public U32 Thread() => NewWord("mov.u32", "%tid.x");

    public U32 Block() => NewWord("mov.u32", "%ctaid.x");

    public F32 Add(F32 a, F32 b) => NewFloat("add.rn.f32", a, b);

    public F32 Subtract(F32 a, F32 b) => NewFloat("sub.rn.f32", a, b);

    public F32 Multiply(F32 a, F32 b) => NewFloat("mul.rn.f32", a, b);

    /// <summary>1 / a, to a unit of the last place.</summary>
    public F32 Reciprocal(F32 a) => NewFloat("rcp.approx.f32", a);

    public F32 Divide(F32 a, F32 b) => NewFloat("div.rn.f32", a, b);

    public F32 Absolute(F32 a) => NewFloat("abs.f32", a);

    /// <summary>The largest whole number that is at most a.</summary>
    public F32 Floor(F32 a) => NewFloat("cvt.rmi.f32.f32", a);

    /// <summary>The nearest whole number, the even one of two.</summary>
    public F32 Round(F32 a) => NewFloat("cvt.rni.f32.f32", a);

    public F32 MultiplyAdd(F32 a, F32 b, F32 c) => NewFloat("fma.rn.f32", a, b, c);

    public F32 Add(F32 a, float b) => NewFloat("add.rn.f32", a, Literal(b));

    public F32 Multiply(F32 a, float b) => NewFloat("mul.rn.f32", a, Literal(b));

    public F32 MultiplyAdd(F32 a, float b, float c) => NewFloat("fma.rn.f32", a, Literal(b), Literal(c));

    public F32 MultiplyAdd(F32 a, float b, F32 c) => NewFloat("fma.rn.f32", a, Literal(b), c);

    public F32 MultiplyAdd(F32 a, F32 b, float c) => NewFloat("fma.rn.f32", a, b, Literal(c));

    public F32 Negate(F32 a) => NewFloat("neg.f32", a);

    public F32 Sqrt(F32 a) => NewFloat("sqrt.rn.f32", a);

    /// <summary>2ᵃ, to a few units of the last place.</summary>
    public F32 Exp2(F32 a) => NewFloat("ex2.approx.f32", a);

    /// <summary>log₂ a, to a few units of the last place away from 1.</summary>
    public F32 Log2(F32 a) => NewFloat("lg2.approx.f32", a);

    /// <summary>The smaller one; NaN if one is NaN.</summary>
    public F32 Min(F32 a, F32 b) => NewFloat("min.NaN.f32", a, b);

    /// <summary>The larger one; NaN if one is NaN.</summary>
    public F32 Max(F32 a, F32 b) => NewFloat("max.NaN.f32", a, b);

    public F32 FromSigned(U32 a) => NewFloat("cvt.rn.f32.s32", a);

    public F32 AsFloat(U32 a) => NewFloat("mov.b32", a);

    public U32 AsWord(F32 a) => NewWord("mov.b32", a);

    public F32 Select(Condition c, F32 then, F32 other) => NewFloat("selp.f32", then, other, c);

    public U32 Select(Condition c, U32 then, U32 other) => NewWord("selp.b32", then, other, c);

    public U32 Add(U32 a, U32 b) => NewWord("add.u32", a, b);

    public U32 Add(U32 a, uint b) => NewWord("add.u32", a, Literal(b));

    public U32 Subtract(U32 a, uint b) => NewWord("sub.u32", a, Literal(b));

    public U32 Multiply(U32 a, uint b) => NewWord("mul.lo.u32", a, Literal(b));

    /// <summary>a·b + c, the lower 32 bits.</summary>
    public U32 MultiplyAdd(U32 a, uint b, U32 c) => NewWord("mad.lo.u32", a, Literal(b), c);

    /// <summary>a·b + c, the lower 32 bits.</summary>
    public U32 MultiplyAdd(U32 a, uint b, uint c) => NewWord("mad.lo.u32", a, Literal(b), Literal(c));

    /// <summary>a·b + c, the lower 32 bits.</summary>
    public U32 MultiplyAdd(U32 a, U32 b, U32 c) => NewWord("mad.lo.u32", a, b, c);

    public U32 Multiply(U32 a, U32 b) => NewWord("mul.lo.u32", a, b);

    public U32 Subtract(U32 a, U32 b) => NewWord("sub.u32", a, b);

    public U32 Min(U32 a, U32 b) => NewWord("min.u32", a, b);

    public U32 HighProduct(U32 a, uint b) => NewWord("mul.hi.u32", a, Literal(b));

    public U32 Divide(U32 a, uint b) => uint.IsPow2(b) ? ShiftRight(a, uint.Log2(b)) : NewWord("div.u32", a, Literal(b));

    public U32 Remainder(U32 a, uint b) => uint.IsPow2(b) ? And(a, b - 1) : NewWord("rem.u32", a, Literal(b));

    public U32 ShiftRight(U32 a, uint bits) => NewWord("shr.u32", a, Literal(bits));

    public U32 And(U32 a, uint b) => NewWord("and.b32", a, Literal(b));

    public U32 Or(U32 a, uint b) => NewWord("or.b32", a, Literal(b));

    public U32 Or(U32 a, U32 b) => NewWord("or.b32", a, b);

    public U32 Xor(U32 a, U32 b) => NewWord("xor.b32", a, b);

    public U32 Min(U32 a, uint b) => NewWord("min.u32", a, Literal(b));

    public U32 MinSigned(U32 a, U32 b) => NewWord("min.s32", a, b);

    public Condition Less(U32 a, uint b) => Compare($"setp.lt.u32 {{0}}, {a}, {Literal(b)}");

    public Condition Less(U32 a, U32 b) => Compare($"setp.lt.u32 {{0}}, {a}, {b}");

    public Condition IsZero(U32 a) => Compare($"setp.eq.u32 {{0}}, {a}, 0");

    /// <summary>Whether a is above b; false for NaN.</summary>
    public Condition Above(F32 a, float b) => Compare($"setp.gt.f32 {{0}}, {a}, {Literal(b)}");

    /// <summary>sum ← a·b + sum.</summary>
    public void Accumulate(F32 sum, F32 a, F32 b) => Write($"fma.rn.f32 {sum}, {a}, {b}, {sum}");

    /// <summary>sum ← sum + a.</summary>
    public void AddTo(F32 sum, F32 a) => Write($"add.rn.f32 {sum}, {sum}, {a}");

    /// <summary>Whether a &gt; b; false for NaN.</summary>
    public Condition Above(F32 a, F32 b) => Compare($"setp.gt.f32 {{0}}, {a}, {b}");

    /// <summary>Whether a ≥ b; false for NaN.</summary>
    public Condition AtLeast(F32 a, F32 b) => Compare($"setp.ge.f32 {{0}}, {a}, {b}");

    /// <summary>Whether both hold.</summary>
    public Condition Both(Condition a, Condition b)
    {
        Condition c = Flag();
        Write($"and.pred {c}, {a}, {b}");
        return c;
    }

    /// <summary>Whether a is neither infinite nor NaN: a − a is 0 for finite numbers alone.</summary>
    public Condition IsFinite(F32 a) => IsZero(And(AsWord(Subtract(a, a)), 0x7FFFFFFFu));

    public void Assign(F32 target, F32 value) => Write($"mov.f32 {target}, {value}");

    public void Assign(F32 target, float value) => Write($"mov.f32 {target}, {Literal(value)}");

    public void Assign(U32 target, uint value) => Write($"mov.u32 {target}, {Literal(value)}");

    public void Assign(U32 target, U32 value) => Write($"mov.u32 {target}, {value}");

    public void Increase(U32 target, uint by) => Write($"add.u32 {target}, {target}, {Literal(by)}");

    public void Decrease(U32 target, uint by) => Write($"sub.u32 {target}, {target}, {Literal(by)}");

    public void Increase(Address target, int bytes) => Write($"add.s64 {target}, {target}, {bytes}");

    /// <summary>All threads of the block wait for each other; what they wrote to shared memory is visible afterwards.</summary>
    public void Barrier() => Write("bar.sync 0");

    public void Place(Label label) => _body.Append(label).Append(":\n");

    public void Jump(Label to) => Write($"bra {to}");

    public void JumpIf(Condition condition, Label to) => Write($"@{condition} bra {to}");

    public void JumpUnless(Condition condition, Label to) => Write($"@!{condition} bra {to}");

    /// <summary>Writes a body that only some threads run. It must hold no barrier.</summary>
    public void If(Condition condition, Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Label end = NewLabel();
        JumpUnless(condition, end);
        body();
        Place(end);
    }

    /// <summary>Writes a body that only the other threads run. It must hold no barrier.</summary>
    public void Unless(Condition condition, Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Label end = NewLabel();
        JumpIf(condition, end);
        body();
        Place(end);
    }

    /// <summary>
    /// Writes a body for items 0 to count − 1, spread over the block's threads in turns: thread t takes t, t + threads, …
    /// </summary>
    /// <param name="thread">The thread's index.</param>
    /// <param name="threads">Threads of the block.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="body">Receives the register with the item's index; it must hold no barrier.</param>
    public void Spread(U32 thread, int threads, int count, Action<U32> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        for (int first = 0; first < count; first += threads)
        {
            U32 item = first == 0 ? thread : Add(thread, (uint)first);
            if (first + threads <= count)
                body(item);
            else
                If(Less(item, (uint)count), () => body(item));
        }
    }

    /// <summary>
    /// Writes a body for items <paramref name="first"/>, first + step, … below <paramref name="end"/>, as a loop of each thread.
    /// </summary>
    /// <param name="first">The thread's first item.</param>
    /// <param name="step">From one item to the next.</param>
    /// <param name="end">One more than the last item.</param>
    /// <param name="body">Receives the register with the item; it must hold no barrier.</param>
    public void Loop(U32 first, uint step, U32 end, Action<U32> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        U32 item = Word();
        Assign(item, first);
        Label top = NewLabel(), after = NewLabel();
        Place(top);
        JumpUnless(Less(item, end), after);
        body(item);
        Increase(item, step);
        Jump(top);
        Place(after);
    }

    private Condition Compare(string instruction)
    {
        Condition c = Flag();
        Write(string.Format(System.Globalization.CultureInfo.InvariantCulture, instruction, c));
        return c;
    }

    private F32 NewFloat(string operation, params object[] operands)
    {
        F32 r = Float();
        Write($"{operation} {r}, {string.Join(", ", operands)}");
        return r;
    }

    private U32 NewWord(string operation, params object[] operands)
    {
        U32 r = Word();
        Write($"{operation} {r}, {string.Join(", ", operands)}");
        return r;
    }
}
