using System.Diagnostics;
using System.Text.Json.Nodes;
using Joule.Compare.Cases;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Joule.Compare.Reports;

namespace Joule.Compare;

/// <summary>A complete comparison: every case with every number of threads.</summary>
internal sealed class Comparison(CompareOptions options, TextWriter output, TextWriter messages)
{
    // Quick mode promises 60 seconds. The rest is for starting the peers, and for the checks and last rounds of slow cases.
    private static readonly TimeSpan QuickTime = TimeSpan.FromSeconds(29);

    private readonly long _begin = Stopwatch.GetTimestamp();

    /// <summary>Whether something failed: the sides disagreed, or a peer crashed.</summary>
    public bool Failed { get; private set; }

    /// <summary>Runs the comparison, writes a line for every result, and returns the results in order.</summary>
    public IReadOnlyList<CaseResult> Run()
    {
        int[] threadCounts = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        Side[] sides = StartSides(threadCounts);
        try
        {
            output.WriteLine(Machine.Description);
            output.WriteLine(sides[0].Peer is { } peer ? $"PyTorch {peer.Version} in {peer.Python}" : "PyTorch: not found");
            if (options.Quick)
                output.WriteLine("Quick: long cases do a part of their work, and their times are scaled up to all of it.");
            output.WriteLine();
            output.WriteLine(TableReport.Head);
            List<CaseResult> results = [];
            int left = options.Cases.Count * sides.Length;
            foreach (ComparisonCase comparison in options.Cases)
            {
                foreach (Side side in sides)
                    results.Add(RunCase(comparison, side, left--));
            }
            return results;
        }
        finally
        {
            foreach (Side side in sides)
                side.Dispose();
        }
    }

    // Every peer takes seconds to load, so they load in parallel.
    private Side[] StartSides(int[] threadCounts)
    {
        Side[] sides = [.. threadCounts.Select(threads => Task.Run(() => Side.Start(threads))).ToArray().Select(t => t.Result)];
        if (Array.Find(sides, s => s.Peer is null) is { } missing)
            messages.WriteLine($"bench/compare: PyTorch is missing ({missing.Reason}). {Interpreters.Advice}");
        foreach (Side side in sides)
        {
            if (side.Peer is { } peer && peer.Threads != side.Threads)
                Fail($"PyTorch was told to use {side.Threads} threads and uses {peer.Threads}");
        }
        return sides;
    }

    private CaseResult RunCase(ComparisonCase comparison, Side side, int left)
    {
        string where = $"{comparison.Name}, {side.Threads} thread{(side.Threads == 1 ? "" : "s")}";
        Stint stint = options.Quick ? Stint.Quick((QuickTime - Stopwatch.GetElapsedTime(_begin)) / left) : Stint.Full;
        using WorkFolder folder = new();
        CaseResult result;
        if (comparison is StartupCase)
        {
            result = Measure(comparison, side, StartupPrograms.Contenders(side.Peer, folder, side.Threads), null, stint, where);
        }
        else
        {
            using CaseRun run = comparison.Open(side.Device, options.Quick);
            List<IContender> contenders = [new JouleContender(run)];
            if (side.Peer is { } peer && Prepare(peer, run, folder, where))
                contenders.AddRange(PeerContender.Forms.Select(form => new PeerContender(peer, form, folder)));
            result = Measure(comparison, side, contenders, run.Sampling, stint, where);
            if (contenders.Count > 1)
                Try(() => side.Peer!.Ask(new JsonObject { ["op"] = "forget" }), where);
        }
        output.WriteLine(TableReport.Row(result));
        return result;
    }

    private bool Prepare(PythonPeer peer, CaseRun run, WorkFolder folder, string where) =>
        Try(() => peer.Ask(new JsonObject { ["op"] = "prepare", ["spec"] = run.Describe(folder) }), where);

    private CaseResult Measure(ComparisonCase comparison, Side side, IReadOnlyList<IContender> contenders, SamplePlan? sampling,
        Stint stint, string where)
    {
        Lazy<IReadOnlyDictionary<string, float[]>> ours = new(contenders[0].Check);
        IReadOnlyList<IContender> running = [contenders[0], .. contenders.Skip(1).Where(peer => Agrees(ours, peer, where))];
        Dictionary<string, double> scales = new(StringComparer.Ordinal);
        foreach (IContender contender in running)
            Try(() => scales[contender.Name] = Scale(contender, sampling, where), where);
        RoundsResult rounds;
        try
        {
            rounds = Rounds.Run(running, side.Threads, stint);
        }
        catch (PeerException broken)
        {
            Fail($"{where}: {broken.Message}");
            rounds = Rounds.Run([contenders[0]], side.Threads, stint);
        }
        double scale = options.Quick ? 1 / comparison.QuickShare : 1;
        PeerTime[] peers = [.. PeerContender.Forms.Select(PeerContender.NameOf).Select(name =>
            new PeerTime(name, rounds.Milliseconds.TryGetValue(name, out double own) && scales.TryGetValue(name, out double unit)
                ? own * scale * unit : null))];
        double time = rounds.Milliseconds[contenders[0].Name] * scale * scales[contenders[0].Name];
        return new CaseResult(comparison.Name, side.Threads, time, peers, comparison.Flops, rounds.CeilingGflops);
    }

    private bool Agrees(Lazy<IReadOnlyDictionary<string, float[]>> ours, IContender peer, string where)
    {
        IReadOnlyDictionary<string, float[]> theirs = new Dictionary<string, float[]>();
        if (!Try(() => theirs = peer.Check(), where))
            return false;
        foreach ((string what, float[] values) in ours.Value)
        {
            Agreement agreement = Agreement.Of(what, values, theirs.GetValueOrDefault(what, []));
            if (agreement.Holds)
                continue;
            Fail($"{where}: Joule and {peer.Name} do not agree on {agreement.What}: the difference is {agreement.Error:G3} of their "
                + $"size; {Agreement.Tolerance:G1} is allowed");
        }
        return true;
    }

    // By what a side's time of one run is multiplied. Its draws must have the exact moments.
    private double Scale(IContender contender, SamplePlan? sampling, string where)
    {
        if (sampling is null)
            return 1;
        ChainSample sample = new(sampling.Chains, sampling.Exact.Space.Width, contender.Sample(sampling));
        if (sample.Problem(sampling.Exact) is { } problem)
            Fail($"{where}: {contender.Name} does not sample the distribution: {problem}; {ChainSample.MostErrors} are allowed");
        return sampling.Scale(sample);
    }

    private bool Try(Action action, string where)
    {
        try
        {
            action();
            return true;
        }
        catch (PeerException broken)
        {
            Fail($"{where}: {broken.Message}");
            return false;
        }
    }

    private void Fail(string message)
    {
        Failed = true;
        messages.WriteLine($"bench/compare: error: {message}.");
    }
}
