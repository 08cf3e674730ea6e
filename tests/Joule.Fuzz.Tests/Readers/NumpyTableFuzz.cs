using Joule.Tables;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Tables as NPZ archives.</summary>
public sealed class NumpyTableFuzz : FuzzTarget
{
    public override string Folder => "table-npz";

    public override int MemoryPerByte => 16;

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        TableRows.Use(TableFile.Read(stream, File + ".npz", File, new TableReading()));
    }

    // An error inside an array names it FILE:NAME.
    internal override bool IsPlaced(JouleException error) =>
        base.IsPlaced(error) || error is InvalidInputException { Offset: >= 0 }
            && error.Message.StartsWith($"{File}:", StringComparison.Ordinal);
}
