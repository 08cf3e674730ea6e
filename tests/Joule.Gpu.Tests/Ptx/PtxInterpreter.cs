using System.Globalization;
using System.Text.RegularExpressions;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>
/// Runs a kernel's PTX on the processor, block by block and thread by thread from barrier to barrier; the blocks of a cluster take turns at
/// its barriers. Types of registers, bounds and alignment of every access, barriers that not all threads reach, and races within a block or
/// a cluster are errors; shared memory starts as NaN. It knows the instructions that the writer writes, and refuses any other.
/// </summary>
internal sealed partial class PtxInterpreter
{
    private readonly KernelText _text;
    private readonly Dictionary<string, int> _registers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _parameters = new(StringComparer.Ordinal);
    private readonly List<PtxInstruction> _code = [];
    private readonly int _cluster;

    /// <summary>Reads a kernel.</summary>
    public PtxInterpreter(KernelText text)
    {
        _text = text;
        string body = text.Ptx[(text.Ptx.IndexOf('{', StringComparison.Ordinal) + 1)..text.Ptx.LastIndexOf('}')];
        foreach (Match m in RegisterLine().Matches(body))
        {
            for (int i = 0; i < int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture); i++)
                _registers[m.Groups[1].Value + i] = _registers.Count;
        }
        List<(string? Guard, string Operation, string Operands)> lines = [];
        foreach (string line in body.Split('\n').Select(l => l.Trim()))
        {
            if (line.Length == 0 || line.StartsWith('.'))
                continue;
            if (line.EndsWith(':'))
                _labels[line[..^1]] = lines.Count;
            else if (Instruction().Match(line) is { Success: true } m)
                lines.Add((m.Groups[1].Success ? m.Groups[1].Value : null, m.Groups[2].Value, m.Groups[3].Value));
            else
                throw new PtxFault($"no instruction: {line}");
        }
        _cluster = ClusterOf(text.Ptx[..text.Ptx.IndexOf('{', StringComparison.Ordinal)], lines.Select(l => l.Operation));
        if (_cluster != text.Cluster)
            throw new PtxFault($"the kernel says clusters of {text.Cluster} blocks, and its text of {_cluster}");
        _code.AddRange(lines.Select(l => new PtxInstruction(l.Guard, l.Operation, Operands(l.Operands), _registers, _labels)));
    }

    /// <summary>The global memory that kernels share.</summary>
    public PtxMemory Global { get; init; } = new();

    /// <summary>Instructions executed so far.</summary>
    public long Executed { get; private set; }

    /// <summary>Runs all blocks.</summary>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="arguments">One for each parameter.</param>
    /// <exception cref="PtxFault">The kernel did what a kernel must not do.</exception>
    public void Run(int blocks, params ReadOnlySpan<KernelArgument> arguments)
    {
        if (arguments.Length != _text.Parameters.Count)
            throw new PtxFault($"{arguments.Length} arguments for {_text.Parameters.Count} parameters");
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Type != _text.Parameters[i].Type)
                throw new PtxFault($"{_text.Parameters[i].Name} is {_text.Parameters[i].Type}, not {arguments[i].Type}");
            _parameters[_text.Parameters[i].Name] = arguments[i].Bits;
        }
        if (blocks % _cluster != 0)
            throw new PtxFault($"{blocks} blocks are no whole clusters of {_cluster}");
        for (int block = 0; block < blocks; block += _cluster)
            RunCluster(block);
    }

    private void RunCluster(int first)
    {
        PtxShared[] shared = [.. Enumerable.Range(0, _cluster).Select(_ => new PtxShared(_text.SharedBytes))];
        PtxCluster cluster = new(shared);
        PtxThread[][] blocks = [.. Enumerable.Range(0, _cluster).Select(b => Enumerable.Range(0, _text.Threads)
            .Select(t => new PtxThread(t, first + b, new ulong[_registers.Count], shared[b], cluster, Global, _parameters)).ToArray())];
        while (true)
        {
            foreach (PtxThread[] block in blocks)
                RunBlock(block);
            int ended = blocks.Count(b => b[0].HasEnded);
            if (ended == _cluster)
                return;
            if (ended > 0 || blocks.Any(b => b[0].At != blocks[0][0].At))
                throw new PtxFault($"{_cluster - ended} of {_cluster} blocks wait at a barrier of the cluster, or not at the same one");
            foreach (PtxShared one in shared)
                one.BarrierOfCluster();
        }
    }

    // To the next barrier of the cluster or the end.
    private void RunBlock(PtxThread[] threads)
    {
        PtxShared shared = threads[0].Shared;
        while (true)
        {
            for (int first = 0; first < threads.Length; first += 32)
                RunWarp(threads.AsSpan(first, Math.Min(32, threads.Length - first)));
            int ended = threads.Count(t => t.HasEnded);
            if (ended == threads.Length)
            {
                shared.End();
                return;
            }
            if (ended > 0 || threads.Any(t => t.At != threads[0].At))
                throw new PtxFault($"{threads.Length - ended} of {threads.Length} threads wait at a barrier, or not at the same one");
            if (_code[threads[0].At - 1].Kind == PtxKind.ClusterBarrier)
                return;
            shared.Barrier();
        }
    }

    // To the next barrier or the end; what a warp does together, all its threads must reach.
    private void RunWarp(ReadOnlySpan<PtxThread> warp)
    {
        while (true)
        {
            int together = 0;
            foreach (PtxThread thread in warp)
            {
                if (!thread.HasEnded && Run(thread))
                    together++;
            }
            if (together == 0)
                return;
            foreach (PtxThread thread in warp)
            {
                if (together != 32 || thread.At != warp[0].At)
                    throw new PtxFault($"{together} of 32 threads reach an operation of their warp, or not the same one");
            }
            _code[warp[0].At - 1].Execute(warp);
        }
    }

    // To the next barrier, the end, or, with the answer true, an operation of the warp.
    private bool Run(PtxThread thread)
    {
        while (true)
        {
            PtxInstruction next = _code[thread.At++];
            Executed++;
            if (!next.Passes(thread))
                continue;
            switch (next.Kind)
            {
                case PtxKind.Barrier:
                case PtxKind.ClusterBarrier:
                    return false;
                case PtxKind.Arrival:
                    break; // the wait follows
                case PtxKind.Warp:
                    return true;
                case PtxKind.End:
                    thread.HasEnded = true;
                    return false;
                case PtxKind.Jump:
                    thread.At = next.Target;
                    break;
                default:
                    next.Execute(thread);
                    break;
            }
        }
    }

    // The blocks of a cluster, and whether all that clusters need is said.
    private static int ClusterOf(string header, IEnumerable<string> operations)
    {
        string[] all = [.. operations];
        for (int i = 0; i < all.Length; i++)
        {
            bool arrives = all[i].StartsWith("barrier.cluster.arrive", StringComparison.Ordinal);
            bool waits = i + 1 < all.Length && all[i + 1].StartsWith("barrier.cluster.wait", StringComparison.Ordinal);
            if (arrives != waits)
                throw new PtxFault("the arrival at a barrier of the cluster and the wait for it must follow each other");
        }
        Match said = ClusterLine().Match(header);
        bool isClustered = all.Any(o => o.Contains("cluster", StringComparison.Ordinal));
        if (isClustered != said.Success)
            throw new PtxFault("an instruction of a cluster in a kernel without clusters, or clusters without need");
        if (isClustered && (!header.Contains(".target sm_90\n", StringComparison.Ordinal)
            || !header.Contains(".explicitcluster", StringComparison.Ordinal)))
        {
            throw new PtxFault("clusters need the target sm_90 and must be said to be explicit");
        }
        return said.Success ? int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture) : 1;
    }

    private static string[] Operands(string text)
    {
        List<string> found = [];
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is '{' or '[')
                depth++;
            else if (i < text.Length && text[i] is '}' or ']')
                depth--;
            else if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (i > start)
                    found.Add(text[start..i].Trim());
                start = i + 1;
            }
        }
        return [.. found];
    }

    [GeneratedRegex(@"\.reg \.\w+ (%\w+)<(\d+)>;")]
    private static partial Regex RegisterLine();

    [GeneratedRegex(@"\.reqnctapercluster (\d+), 1, 1")]
    private static partial Regex ClusterLine();

    [GeneratedRegex(@"^(?:@(!?%\w+) )?([\w.:]+)(?: (.*))?;$")]
    private static partial Regex Instruction();
}
