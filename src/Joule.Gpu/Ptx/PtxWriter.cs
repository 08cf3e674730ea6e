using System.Globalization;
using System.Text;

namespace Joule.Gpu.Ptx;

/// <summary>
/// Writes a kernel in PTX, the instruction set that NVIDIA's driver compiles. Registers are typed, so a wrong operand is an error of the C#
/// compiler. The shared memory of a block is one array from byte 0 (<see cref="TakeShared"/>).
/// </summary>
internal sealed partial class PtxWriter
{
    private const string Version = "7.8"; // CUDA 11.8
    private const string Target = "sm_80", TargetOfClusters = "sm_90"; // every card since 2020; those that have clusters

    private readonly StringBuilder _body = new();
    private readonly List<KernelParameter> _parameters = [];
    private int _floats, _doubles, _words, _addresses, _conditions, _labels, _shared;

    /// <summary>Bytes of shared memory taken.</summary>
    public int SharedBytes => _shared;

    /// <summary>Takes shared memory; its content is undefined at the start.</summary>
    /// <param name="floats">Number of floats.</param>
    /// <returns>Its first byte, a multiple of 16.</returns>
    public int TakeShared(int floats)
    {
        int at = _shared;
        _shared += (floats * sizeof(float) + 15) / 16 * 16;
        return at;
    }

    public F32 Float() => new(_floats++);

    public F64 Double() => new(_doubles++);

    public U32 Word() => new(_words++);

    public Condition Flag() => new(_conditions++);

    public Label NewLabel() => new(_labels++);

    /// <summary>A parameter that points into global memory.</summary>
    public Address Pointer(string name)
    {
        Address generic = NewAddress(), global = NewAddress();
        Declare(name, PtxType.Bits64);
        Write($"ld.param.u64 {generic}, [{name}]");
        Write($"cvta.to.global.u64 {global}, {generic}");
        return global;
    }

    /// <summary>A parameter that is a word.</summary>
    public U32 WordParameter(string name)
    {
        U32 r = Word();
        Declare(name, PtxType.Bits32);
        Write($"ld.param.u32 {r}, [{name}]");
        return r;
    }

    /// <summary>A parameter that is a number.</summary>
    public F32 FloatParameter(string name)
    {
        F32 r = Float();
        Declare(name, PtxType.Float32);
        Write($"ld.param.f32 {r}, [{name}]");
        return r;
    }

    /// <summary>A parameter that is a float64 number.</summary>
    public F64 DoubleParameter(string name)
    {
        F64 r = Double();
        Declare(name, PtxType.Float64);
        Write($"ld.param.f64 {r}, [{name}]");
        return r;
    }

    /// <summary>The whole kernel.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="blocksOfMultiprocessor">Blocks that must fit a multiprocessor's registers together.</param>
    public KernelText Finish(string name, int threads, int blocksOfMultiprocessor = 1)
    {
        StringBuilder text = new();
        int cluster = ClusterBlocks ?? 1;
        text.Append($".version {Version}\n.target {(cluster > 1 ? TargetOfClusters : Target)}\n.address_size 64\n");
        text.Append(".extern .shared .align 16 .b8 shared[];\n");
        text.Append($".visible .entry {name}(\n");
        text.Append(string.Join(",\n", _parameters.Select(p => $"\t.param {TypeOf(p.Type)} {p.Name}"))).Append("\n)\n");
        text.Append($".maxntid {threads}, 1, 1\n");
        if (blocksOfMultiprocessor > 1)
            text.Append($".minnctapersm {blocksOfMultiprocessor}\n");
        if (cluster > 1)
            text.Append($".explicitcluster\n.reqnctapercluster {cluster}, 1, 1\n");
        text.Append($"{{\n\t.reg .f32 %f<{_floats + 1}>;\n\t.reg .f64 %fd<{_doubles + 1}>;\n\t.reg .b32 %r<{_words + 1}>;\n");
        text.Append($"\t.reg .b64 %rd<{_addresses + 1}>;\n\t.reg .pred %p<{_conditions + 1}>;\n");
        text.Append(_body).Append("\tret;\n}\n");
        return new KernelText(name, text.ToString(), threads, _shared, [.. _parameters])
        {
            BlocksOfMultiprocessor = blocksOfMultiprocessor,
            Cluster = cluster,
        };
    }

    private static string TypeOf(PtxType type) => type switch
    {
        PtxType.Float32 => ".f32",
        PtxType.Float64 => ".f64",
        PtxType.Bits32 => ".u32",
        _ => ".u64",
    };

    /// <summary>A float32 literal: its bits, exactly.</summary>
    private static string Literal(float value) => $"0f{BitConverter.SingleToUInt32Bits(value):X8}";

    /// <summary>A float64 literal: its bits, exactly.</summary>
    private static string Literal(double value) => $"0d{BitConverter.DoubleToUInt64Bits(value):X16}";

    private static string Literal(uint value) => value.ToString(CultureInfo.InvariantCulture);

    private Address NewAddress() => new(_addresses++);

    private void Declare(string name, PtxType type)
    {
        if (_parameters.Any(p => p.Name == name))
            throw new ArgumentException($"The kernel has a parameter {name} already.");
        _parameters.Add(new KernelParameter(name, type));
    }

    private void Write(string instruction) => _body.Append('\t').Append(instruction).Append(";\n");

    // A shared access must be aligned and lie in the memory taken; what is known when it is written is checked then.
    private void CheckShared(int offset, int floats)
    {
        if (offset < 0 || offset % (floats * sizeof(float)) != 0 || offset + floats * sizeof(float) > _shared)
            throw new ArgumentException($"{floats} floats at byte {offset} of {_shared} bytes of shared memory: outside, or not aligned.");
    }
}
