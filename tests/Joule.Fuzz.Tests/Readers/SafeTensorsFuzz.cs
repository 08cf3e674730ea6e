using System.Buffers.Binary;
using Joule.Data;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Safetensors files: changed directly, or with a changed header and its correct length.</summary>
public sealed class SafeTensorsFuzz : FuzzTarget
{
    public override string Folder => "safetensors";

    protected override Action<string> ReadFile => path => SafeTensors.Read(path);

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        SafeTensors.Read(stream, File);
    }

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random) => random.OneIn(3)
        ? Mutator.Change(seed, corpus, random)
        : WithHeader(seed, header => JsonMutator.Change(header, corpus, random));

    /// <summary>The file with a changed header and its correct length.</summary>
    internal static byte[] WithHeader(byte[] file, Func<byte[], byte[]> change)
    {
        if (file.Length < 8)
            return file;
        int length = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(file), (ulong)file.Length - 8);
        byte[] header = change(file[8..(8 + length)]);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file.AsSpan(8 + length)];
    }
}
