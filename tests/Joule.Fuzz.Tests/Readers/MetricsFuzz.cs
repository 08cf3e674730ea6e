using System.Text;
using Joule.Objectives;
using Joule.Runs;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Tables of metrics.</summary>
public sealed class MetricsFuzz : FuzzTarget
{
    private static readonly string[] Fields =
        ["0", "-0", "1", "3", "1.5", "-1e-400", "1e308", "1e309", "-1.7976931348623157e308", "NaN", "nan", "Infinity", "-∞", "2147483647",
            "2147483648", "9223372036854775807", "9223372036854775808", "", " 1", "1,1", "0x10", "1_000", "é", new('9', 400)];

    /// <summary>The header of a run of contrastive divergence.</summary>
    internal static string Header { get; } = new RunFigures(
        new ContrastiveDivergenceOptions { Negatives = new NoiseNegativesOptions() }.ListFigures()).Columns.Header;

    public override string Folder => "metrics";

    /// <summary>A cell of two characters becomes a number of eight bytes.</summary>
    public override int MemoryPerByte => 16;

    protected override Action<string> ReadFile => path => MetricsTable.Read(path);

    public override void Read(byte[] input) => MetricsTable.ParseAll(input, File);

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        if (random.OneIn(3))
            return Mutator.Change(seed, corpus, random, header: seed.Length);
        string[] lines = Encoding.Latin1.GetString(seed).Split('\n');
        int line = random.Below(lines.Length);
        string[] fields = lines[line].Split(',');
        fields[random.Below(fields.Length)] = random.Pick(Fields);
        lines[line] = string.Join(',', fields);
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
