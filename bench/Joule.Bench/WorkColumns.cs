using System.Collections.Concurrent;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Joule.Bench;

/// <summary>A column computed from a benchmark's work and its median time.</summary>
internal abstract class WorkColumn(string name, string legend) : IColumn
{
    private static readonly ConcurrentDictionary<double, double> Copies = new();

    public string Id => nameof(WorkColumn) + name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics ? Text(KernelBenchmark.WorkOf(benchmarkCase), statistics.Median) : "?";

    public override string ToString() => name;

    /// <summary>The cell.</summary>
    protected abstract string Text(KernelWork work, double nanoseconds);

    /// <summary>GFLOP/s or GB/s.</summary>
    protected static double Rate(KernelWork work, double nanoseconds) => (work.Flops > 0 ? work.Flops : work.Bytes) / nanoseconds;

    /// <summary>The rate of a pure loop of multiply-adds, or of a copy of as many bytes, on this machine.</summary>
    protected static double CeilingOf(KernelWork work) =>
        work.Flops > 0 ? KernelBenchmark.CeilingGflops : Copies.GetOrAdd(work.Bytes, bytes => Shared.CopyLoop.Gigabytes((long)bytes));

    protected static string Unit(KernelWork work) => work.Flops > 0 ? "GFLOP/s" : "GB/s";
}

internal sealed class RateColumn() : WorkColumn("Rate", "Work over median time, one thread")
{
    protected override string Text(KernelWork work, double nanoseconds) => $"{Rate(work, nanoseconds):F1} {Unit(work)}";
}

internal sealed class CeilingColumn()
    : WorkColumn("Ceiling", "A loop of multiply-adds, or a copy of as many bytes, on this machine in this run")
{
    protected override string Text(KernelWork work, double nanoseconds) => $"{CeilingOf(work):F1} {Unit(work)}";
}

internal sealed class ShareColumn() : WorkColumn("Share", "Rate over ceiling")
{
    protected override string Text(KernelWork work, double nanoseconds) => $"{100 * Rate(work, nanoseconds) / CeilingOf(work):F0}%";
}
