using System.Globalization;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>What an instruction does to the flow of a thread.</summary>
internal enum PtxKind
{
    Plain,
    Barrier,
    Arrival,
    ClusterBarrier,
    Warp,
    Jump,
    End,
}

/// <summary>An instruction, decoded once.</summary>
internal sealed class PtxInstruction
{
    private readonly string _text;
    private readonly IReadOnlyDictionary<string, int> _registers;
    private readonly string[] _operands;
    private readonly Action<PtxThread>? _action;
    private readonly PtxTiles? _together;
    private readonly int _guard = -1;
    private readonly bool _guardHolds = true;

    public PtxInstruction(
        string? guard, string operation, string[] operands, IReadOnlyDictionary<string, int> registers,
        IReadOnlyDictionary<string, int> labels)
    {
        _text = $"{operation} {string.Join(", ", operands)}";
        (_registers, _operands) = (registers, operands);
        if (guard is not null)
        {
            _guardHolds = guard[0] != '!';
            _guard = Register(guard.TrimStart('!'), "p");
        }
        string[] parts = operation.Split('.');
        switch (parts[0])
        {
            case "bar":
                Kind = PtxKind.Barrier;
                if (guard is not null)
                    throw new PtxFault("a barrier under a condition");
                break;
            case "barrier":
                Kind = operation switch
                {
                    "barrier.cluster.arrive.aligned" => PtxKind.Arrival,
                    "barrier.cluster.wait.aligned" => PtxKind.ClusterBarrier,
                    _ => throw new PtxFault($"unknown instruction {_text}"),
                };
                if (guard is not null)
                    throw new PtxFault("a barrier under a condition");
                break;
            case "ret":
                Kind = PtxKind.End;
                break;
            case "bra":
                Kind = PtxKind.Jump;
                Target = labels.TryGetValue(operands[0], out int target) ? target : throw new PtxFault($"no label {operands[0]}");
                break;
            case "mma":
                Kind = PtxKind.Warp;
                if (guard is not null)
                    throw new PtxFault("an operation of a warp under a condition");
                _together = new PtxTiles(operation, [.. operands.Select((o, i) => Registers(o, i is 1 or 2 ? "r" : "f"))]);
                break;
            default:
                _action = Decode(parts);
                break;
        }
    }

    /// <summary>What the threads of a warp do together.</summary>
    public void Execute(ReadOnlySpan<PtxThread> warp) => _together!.Multiply(warp);

    public PtxKind Kind { get; }

    public int Target { get; }

    public bool Passes(PtxThread t) => _guard < 0 || (t.Registers[_guard] != 0) == _guardHolds;

    public void Execute(PtxThread t) => _action!(t);

    private static float Float(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    private static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    private static ulong Bits64(double value) => BitConverter.DoubleToUInt64Bits(value);

    private Action<PtxThread> Decode(string[] parts)
    {
        string name = string.Join('.', parts);
        return name switch
        {
            "mapa.shared::cluster.u32" => Map(),
            "ld.shared::cluster.v4.f32" => LoadOfCluster(4),
            "mov.f32" => Unary("f", "f", x => x),
            "mov.u32" => Unary("r", "r", x => (uint)x),
            "mov.f64" => Unary("fd", "fd", x => x),
            "mov.b64" when _operands[0].StartsWith('{') => Split(),
            "mov.b64" when _operands[1].StartsWith('{') => Join(),
            "mov.b64" or "cvta.to.global.u64" => Unary("rd", "rd", x => x),
            "mov.b32" => Unary(_operands[0].StartsWith("%f", StringComparison.Ordinal) ? "f" : "r", null, x => (uint)x),
            "add.rn.f32" => Binary("f", (x, y) => Bits(Float(x) + Float(y))),
            "sub.rn.f32" => Binary("f", (x, y) => Bits(Float(x) - Float(y))),
            "mul.rn.f32" => Binary("f", (x, y) => Bits(Float(x) * Float(y))),
            "fma.rn.f32" => Ternary("f", (x, y, z) => Bits(MathF.FusedMultiplyAdd(Float(x), Float(y), Float(z)))),
            "neg.f32" => Unary("f", "f", x => x ^ 0x80000000),
            "sqrt.rn.f32" => Unary("f", "f", x => Bits(MathF.Sqrt(Float(x)))),
            "rcp.approx.f32" => Unary("f", "f", x => Bits(1 / Float(x))),
            "ex2.approx.f32" => Unary("f", "f", x => Bits((float)Math.Pow(2, Float(x)))),
            "lg2.approx.f32" => Unary("f", "f", x => Bits((float)Math.Log2(Float(x)))),
            "min.NaN.f32" => Binary("f", (x, y) => Bits(MathF.Min(Float(x), Float(y)))),
            "max.NaN.f32" => Binary("f", (x, y) => Bits(MathF.Max(Float(x), Float(y)))),
            "cvt.rn.f32.u32" => Unary("f", "r", x => Bits((uint)x)),
            "cvt.rna.tf32.f32" => Unary("r", "f", x => PtxTiles.Round((uint)x)),
            "cvt.rn.f32.s32" => Unary("f", "r", x => Bits((int)(uint)x)),
            "add.u32" => Binary("r", (x, y) => (uint)(x + y)),
            "sub.u32" => Binary("r", (x, y) => (uint)(x - y)),
            "mul.lo.u32" => Binary("r", (x, y) => (uint)(x * y)),
            "mul.hi.u32" => Binary("r", (x, y) => ((ulong)(uint)x * (uint)y) >> 32),
            "mad.lo.u32" => Ternary("r", (x, y, z) => (uint)(x * y + z)),
            "div.u32" => Binary("r", (x, y) => (uint)x / (uint)y),
            "rem.u32" => Binary("r", (x, y) => (uint)x % (uint)y),
            "shr.u32" => Binary("r", (x, y) => y > 31 ? 0 : (uint)x >> (int)y),
            "and.b32" => Binary("r", (x, y) => x & y),
            "or.b32" => Binary("r", (x, y) => x | y),
            "xor.b32" => Binary("r", (x, y) => x ^ y),
            "min.u32" => Binary("r", (x, y) => Math.Min((uint)x, (uint)y)),
            "min.s32" => Binary("r", (x, y) => (uint)Math.Min((int)(uint)x, (int)(uint)y)),
            "add.s64" => Binary("rd", (x, y) => x + y),
            "div.rn.f32" => Binary("f", (x, y) => Bits(Float(x) / Float(y))),
            "abs.f32" => Unary("f", "f", x => x & 0x7FFFFFFF),
            "cvt.rmi.f32.f32" => Unary("f", "f", x => Bits(MathF.Floor(Float(x)))),
            "cvt.rni.f32.f32" => Unary("f", "f", x => Bits(MathF.Round(Float(x)))),
            "cvt.f64.f32" => Unary("fd", "f", x => Bits64(Float(x))),
            "cvt.rn.f32.f64" => Unary("f", "fd", x => Bits((float)Double(x))),
            "cvt.rzi.f64.f64" => Unary("fd", "fd", x => Bits64(Math.Truncate(Double(x)))),
            "cvt.rn.f64.u32" => Unary("fd", "r", x => Bits64((uint)x)),
            "cvt.rn.f64.s32" => Unary("fd", "r", x => Bits64((int)(uint)x)),
            "add.rn.f64" => Binary("fd", (x, y) => Bits64(Double(x) + Double(y))),
            "sub.rn.f64" => Binary("fd", (x, y) => Bits64(Double(x) - Double(y))),
            "mul.rn.f64" => Binary("fd", (x, y) => Bits64(Double(x) * Double(y))),
            "div.rn.f64" => Binary("fd", (x, y) => Bits64(Double(x) / Double(y))),
            "fma.rn.f64" => Ternary("fd", (x, y, z) => Bits64(Math.FusedMultiplyAdd(Double(x), Double(y), Double(z)))),
            "abs.f64" => Unary("fd", "fd", x => x & 0x7FFFFFFFFFFFFFFF),
            "selp.f64" => Select("fd"),
            "setp.ge.f64" => Compare("fd", (x, y) => Double(x) >= Double(y)),
            "setp.lt.f64" => Compare("fd", (x, y) => Double(x) < Double(y)),
            "setp.ge.f32" => Compare("f", (x, y) => Float(x) >= Float(y)),
            "and.pred" => Binary("p", (x, y) => x & y),
            "mul.wide.u32" => Wide(),
            "selp.f32" => Select("f"),
            "selp.b32" => Select("r"),
            "setp.lt.u32" => Compare("r", (x, y) => (uint)x < (uint)y),
            "setp.eq.u32" => Compare("r", (x, y) => (uint)x == (uint)y),
            "setp.gt.f32" => Compare("f", (x, y) => Float(x) > Float(y)),
            "setp.lt.f32" => Compare("f", (x, y) => Float(x) < Float(y)),
            "ld.param.u64" => Parameter("rd"),
            "ld.param.u32" => Parameter("r"),
            "ld.param.f32" => Parameter("f"),
            "ld.param.f64" => Parameter("fd"),
            "ld.global.f64" or "ld.shared.f64" => Load64(parts[1]),
            "st.global.f64" or "st.shared.f64" => Store64(parts[1]),
            "ld.global.f32" or "ld.global.nc.f32" or "ld.shared.f32" => Load(1, "f", parts[1]),
            "ld.global.nc.u32" or "ld.global.u32" or "ld.shared.u32" => Load(1, "r", parts[1]),
            "ld.global.nc.v4.f32" or "ld.global.v4.f32" or "ld.shared.v4.f32" => Load(4, "f", parts[1]),
            "st.global.f32" or "st.shared.f32" => Store(1, "f", parts[1]),
            "st.global.u32" or "st.shared.u32" => Store(1, "r", parts[1]),
            "st.global.v4.f32" or "st.shared.v4.f32" => Store(4, "f", parts[1]),
            _ => throw new PtxFault($"unknown instruction {_text}"),
        };
    }

    private int[] Registers(string operands, string kind) =>
        [.. operands.Trim('{', '}').Split(',').Select(o => Register(o.Trim(), kind))];

    private int Register(string operand, string kind)
    {
        if (!operand.StartsWith("%" + kind, StringComparison.Ordinal) || !char.IsDigit(operand[kind.Length + 1]))
            throw new PtxFault($"{_text}: {operand} is no register of kind %{kind}");
        return _registers.TryGetValue(operand, out int index) ? index : throw new PtxFault($"{_text}: {operand} is not declared");
    }

    private Func<PtxThread, ulong> Value(string operand, string? kind)
    {
        switch (operand)
        {
            case "%tid.x":
                return t => (ulong)t.Index;
            case "%ctaid.x":
                return t => (ulong)t.Block;
            case "%cluster_ctarank":
                return t => (ulong)t.Cluster.RankOf(t.Shared);
            case "shared":
                return _ => 0;
        }
        if (operand[0] == '%')
        {
            int index = Register(operand, kind ?? (operand.StartsWith("%f", StringComparison.Ordinal) ? "f" : "r"));
            return t => t.Registers[index];
        }
        if (operand.StartsWith("0f", StringComparison.Ordinal))
        {
            if (kind != "f")
                throw new PtxFault($"{_text}: a float where none belongs");
            ulong bits = uint.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return _ => bits;
        }
        if (operand.StartsWith("0d", StringComparison.Ordinal))
        {
            if (kind != "fd")
                throw new PtxFault($"{_text}: a float64 where none belongs");
            ulong bits = ulong.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return _ => bits;
        }
        if (kind is "f" or "fd")
            throw new PtxFault($"{_text}: {operand} is no float");
        ulong integer = (ulong)long.Parse(operand, CultureInfo.InvariantCulture);
        return _ => integer;
    }

    private Action<PtxThread> Unary(string to, string? from, Func<ulong, ulong> f)
    {
        int d = Register(_operands[0], to);
        Func<PtxThread, ulong> x = Value(_operands[1], from);
        return t => t.Registers[d] = f(x(t));
    }

    private Action<PtxThread> Binary(string kind, Func<ulong, ulong, ulong> f)
    {
        int d = Register(_operands[0], kind);
        Func<PtxThread, ulong> x = Value(_operands[1], kind), y = Value(_operands[2], kind);
        return t => t.Registers[d] = f(x(t), y(t));
    }

    private Action<PtxThread> Ternary(string kind, Func<ulong, ulong, ulong, ulong> f)
    {
        int d = Register(_operands[0], kind);
        Func<PtxThread, ulong> x = Value(_operands[1], kind), y = Value(_operands[2], kind), z = Value(_operands[3], kind);
        return t => t.Registers[d] = f(x(t), y(t), z(t));
    }

    private Action<PtxThread> Wide()
    {
        int d = Register(_operands[0], "rd");
        Func<PtxThread, ulong> x = Value(_operands[1], "r"), y = Value(_operands[2], "r");
        return t => t.Registers[d] = (ulong)(uint)x(t) * (uint)y(t);
    }

    private Action<PtxThread> Split()
    {
        int[] to = [.. _operands[0].Trim('{', '}').Split(',').Select(o => Register(o.Trim(), "r"))];
        Func<PtxThread, ulong> x = Value(_operands[1], "fd");
        return t => (t.Registers[to[0]], t.Registers[to[1]]) = ((uint)x(t), x(t) >> 32);
    }

    private Action<PtxThread> Join()
    {
        int d = Register(_operands[0], "fd");
        Func<PtxThread, ulong>[] x = [.. _operands[1].Trim('{', '}').Split(',').Select(o => Value(o.Trim(), "r"))];
        return t => t.Registers[d] = (uint)x[0](t) | ((ulong)(uint)x[1](t) << 32);
    }

    private Action<PtxThread> Load64(string space)
    {
        int d = Register(_operands[0], "fd");
        Func<PtxThread, ulong> address = AddressOf(_operands[1], space);
        bool isShared = space == "shared";
        return t =>
        {
            ulong at = address(t);
            if (isShared)
                t.Shared.Check(at, 8, _text);
            else
                t.Global.Check(at, 8, _text);
            t.Registers[d] = isShared
                ? t.Shared.Load(at, t.Index, _text) | ((ulong)t.Shared.Load(at + 4, t.Index, _text) << 32)
                : t.Global.Load(at) | ((ulong)t.Global.Load(at + 4) << 32);
        };
    }

    private Action<PtxThread> Store64(string space)
    {
        Func<PtxThread, ulong> value = Value(_operands[1], "fd"), address = AddressOf(_operands[0], space);
        bool isShared = space == "shared";
        return t =>
        {
            ulong at = address(t), bits = value(t);
            if (isShared)
            {
                t.Shared.Check(at, 8, _text);
                t.Shared.Store(at, (uint)bits, t.Index, _text);
                t.Shared.Store(at + 4, (uint)(bits >> 32), t.Index, _text);
                return;
            }
            t.Global.Check(at, 8, _text);
            t.Global.Store(at, (uint)bits);
            t.Global.Store(at + 4, (uint)(bits >> 32));
        };
    }

    private Action<PtxThread> Select(string kind)
    {
        int d = Register(_operands[0], kind), c = Register(_operands[3], "p");
        Func<PtxThread, ulong> x = Value(_operands[1], kind), y = Value(_operands[2], kind);
        return t => t.Registers[d] = t.Registers[c] != 0 ? x(t) : y(t);
    }

    private Action<PtxThread> Compare(string kind, Func<ulong, ulong, bool> f)
    {
        int d = Register(_operands[0], "p");
        Func<PtxThread, ulong> x = Value(_operands[1], kind), y = Value(_operands[2], kind);
        return t => t.Registers[d] = f(x(t), y(t)) ? 1UL : 0;
    }

    private Action<PtxThread> Parameter(string kind)
    {
        int d = Register(_operands[0], kind);
        string name = _operands[1].Trim('[', ']');
        return t => t.Registers[d] = t.Parameters.TryGetValue(name, out ulong bits) ? bits : throw new PtxFault($"no parameter {name}");
    }

    private Func<PtxThread, ulong> AddressOf(string operand, string space)
    {
        string[] parts = operand.Trim('[', ']').Split('+');
        int register = Register(parts[0], space == "shared" ? "r" : "rd");
        ulong offset = (ulong)long.Parse(parts[1], CultureInfo.InvariantCulture);
        return space == "shared" ? t => (uint)(t.Registers[register] + offset) : t => t.Registers[register] + offset;
    }

    private Action<PtxThread> Load(int count, string kind, string space)
    {
        int[] targets = [.. _operands[0].Trim('{', '}').Split(',').Select(o => Register(o.Trim(), kind))];
        Func<PtxThread, ulong> address = AddressOf(_operands[1], space);
        return t =>
        {
            ulong at = address(t);
            if (space == "shared")
                t.Shared.Check(at, 4 * count, _text);
            else
                t.Global.Check(at, 4 * count, _text);
            for (int i = 0; i < count; i++, at += 4)
                t.Registers[targets[i]] = space == "shared" ? t.Shared.Load(at, t.Index, _text) : t.Global.Load(at);
        };
    }

    private Action<PtxThread> Map()
    {
        int d = Register(_operands[0], "r");
        Func<PtxThread, ulong> address = Value(_operands[1], "r"), rank = Value(_operands[2], "r");
        return t => t.Registers[d] = t.Cluster.Map(address(t), rank(t), _text);
    }

    private Action<PtxThread> LoadOfCluster(int count)
    {
        int[] targets = Registers(_operands[0], "f");
        Func<PtxThread, ulong> address = AddressOf(_operands[1], "shared");
        return t =>
        {
            ulong at = address(t);
            for (int i = 0; i < count; i++)
                t.Registers[targets[i]] = t.Cluster.Load(at, i, 4 * count, t, _text);
        };
    }

    private Action<PtxThread> Store(int count, string kind, string space)
    {
        Func<PtxThread, ulong>[] values = [.. _operands[1].Trim('{', '}').Split(',').Select(o => Value(o.Trim(), kind))];
        Func<PtxThread, ulong> address = AddressOf(_operands[0], space);
        return t =>
        {
            ulong at = address(t);
            if (space == "shared")
                t.Shared.Check(at, 4 * count, _text);
            else
                t.Global.Check(at, 4 * count, _text);
            for (int i = 0; i < count; i++, at += 4)
            {
                if (space == "shared")
                    t.Shared.Store(at, (uint)values[i](t), t.Index, _text);
                else
                    t.Global.Store(at, (uint)values[i](t));
            }
        };
    }
}
