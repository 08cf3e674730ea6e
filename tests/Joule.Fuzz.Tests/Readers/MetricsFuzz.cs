using Joule.Runs;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Tables of metrics.</summary>
public sealed class MetricsFuzz : FuzzTarget
{
    public override string Folder => "metrics";

    protected override Action<string> ReadFile => path => MetricsTable.Read(path);

    public override void Read(byte[] input) => MetricsTable.ParseAll(input, File);
}
