using System.Buffers.Binary;
using Joule.Tables;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Tables as Parquet files. Half of the changes are made to the metadata at the end of the file.</summary>
public sealed class ParquetTableFuzz : FuzzTarget
{
    public override string Folder => "table-parquet";

    public override int MemoryPerByte => 16;

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        TableRows.Use(TableFile.Read(stream, File + ".parquet", File, new TableReading()));
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        if (random.OneIn(2) || seed.Length < 16)
            return Mutator.Change(seed, corpus, random, header: seed.Length);
        int size = BinaryPrimitives.ReadInt32LittleEndian(seed.AsSpan(seed.Length - 8));
        if (size < 1 || size > seed.Length - 12)
            return Mutator.Change(seed, corpus, random);
        int start = seed.Length - 8 - size;
        byte[] footer = Mutator.Change(seed[start..^8], corpus, random, header: size);
        return [.. seed.AsSpan(0, start), .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
    }
}
