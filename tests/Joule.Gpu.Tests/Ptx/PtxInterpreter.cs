using System.Globalization;
using System.Text.RegularExpressions;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>
/// Runs a kernel's PTX on the processor, block by block and thread by thread from barrier to barrier. Types of registers, bounds and
/// alignment of every access, barriers that not all threads reach, and races within a block are errors; shared memory starts as NaN. It
/// knows the instructions that the writer writes, and refuses any other.
/// </summary>
internal sealed partial class PtxInterpreter
{
    private readonly KernelText _text;
    private readonly Dictionary<string, int> _registers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _parameters = new(StringComparer.Ordinal);
    private readonly List<PtxInstruction> _code = [];

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
        for (int block = 0; block < blocks; block++)
            RunBlock(block);
    }

    private void RunBlock(int block)
    {
        PtxShared shared = new(_text.SharedBytes);
        PtxThread[] threads = [.. Enumerable.Range(0, _text.Threads)
            .Select(t => new PtxThread(t, block, new ulong[_registers.Count], shared, Global, _parameters))];
        while (true)
        {
            for (int first = 0; first < threads.Length; first += 32)
                RunWarp(threads.AsSpan(first, Math.Min(32, threads.Length - first)));
            int ended = threads.Count(t => t.HasEnded);
            if (ended == threads.Length)
                return;
            if (ended > 0 || threads.Any(t => t.At != threads[0].At))
                throw new PtxFault($"{threads.Length - ended} of {threads.Length} threads wait at a barrier, or not at the same one");
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
                    return false;
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

    [GeneratedRegex(@"^(?:@(!?%\w+) )?([\w.]+)(?: (.*))?;$")]
    private static partial Regex Instruction();
}
