using Joule.Tables;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>The fitted table transform of a model. The reader is given parsed JSON, so its errors name keys.</summary>
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
