using Joule.Runs;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Configuration files, merged over a preset.</summary>
public sealed class ConfigFuzz : FuzzTarget
{
    public override string Folder => "config";

    protected override Action<string> ReadFile => path => ConfigSources.Compose(null, path, []);

    public override void Read(byte[] input) => ConfigSources.Overlay(input, File, null);

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) =>
        JsonMutator.Change(seed, corpus, random);
}
