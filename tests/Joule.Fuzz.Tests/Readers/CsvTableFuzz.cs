using Joule.Tables;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Tables as text. Mutations favour the characters that have a meaning in a table.</summary>
public sealed class CsvTableFuzz : FuzzTarget
{
    private static readonly string[] Pieces =
        [",", "\"", "\"\"", "\n", "\r\n", "\r", "\0", ";", "\t", "NA", "?", "inf", "1e999", "3,5", "-1.5e-3", "x", " ", "\"a,b\"",
            "\"a\nb\"", "\uFEFF", "é", "9007199254740993"];

    public override string Folder => "table-csv";

    public override int MemoryPerByte => 16;

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        Table table = TableFile.Read(stream, File + ".csv", File, new TableReading());
        TableRows.Use(table);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        if (random.OneIn(3))
            return Mutator.Change(seed, corpus, random, header: 200);
        byte[] bytes = seed;
        for (int change = random.Below(3); change >= 0; change--)
        {
            int at = random.Below(bytes.Length + 1), cut = random.OneIn(2) ? 0 : Math.Min(bytes.Length - at, random.Below(4));
            bytes = [.. bytes.AsSpan(0, at), .. System.Text.Encoding.UTF8.GetBytes(random.Pick(Pieces)), .. bytes.AsSpan(at + cut)];
        }
        return bytes;
    }
}
