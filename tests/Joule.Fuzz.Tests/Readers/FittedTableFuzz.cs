using Joule.Tables;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>What a model keeps of its table. The reader is given JSON that was read already, so its errors name keys.</summary>
public sealed class FittedTableFuzz : FuzzTarget
{
    public override string Folder => "table-fitted";

    public override void Read(byte[] input)
    {
        TableTransform transform = TableTransform.FromJson(new JsonText(File, 0, inLines: false).Parse(input), File);
        transform.Row(new float[transform.Space.Width]);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) =>
        JsonMutator.Change(seed, corpus, random);

    internal override bool IsPlaced(JouleException error) => base.IsPlaced(error) || error is InvalidInputException
        && error.Message.StartsWith($"{File} cannot be used: ", StringComparison.Ordinal);
}
