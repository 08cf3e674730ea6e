using System.Buffers.Binary;

namespace Joule.Fuzz.Tests;

/// <summary>Mutates bytes without knowledge of the format.</summary>
internal static class Mutator
{
    private const int Longest = 1 << 16;
    private static readonly ulong[] Interesting =
        [0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 512, 1000, 1024, 4096, 16383, 16384, 32767, 32768, 65535, 65536,
            1 << 24, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000,
            0xfffffffffffffff0, 0xffffffffffffffff];

    /// <summary>Makes one to four changes, mostly one.</summary>
    /// <param name="seed">The bytes; not modified.</param>
    /// <param name="corpus">Other files, to take pieces from.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="header">Number of bytes at the start that receive half of the changes.</param>
    public static byte[] Change(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random, int header = 64)
    {
        byte[] bytes = seed;
        for (int change = Math.Min(random.Below(4), random.Below(3)); change >= 0; change--)
            bytes = Once(bytes, corpus, random, header);
        return bytes.Length <= Longest ? bytes : bytes[..Longest];
    }

    private static byte[] Once(byte[] bytes, IReadOnlyList<byte[]> corpus, FuzzRandom random, int header)
    {
        int at = random.Below(bytes.Length);
        if (random.OneIn(2))
            at = Math.Min(at, random.Below(header));
        switch (random.Below(10))
        {
            case 0: return With(bytes, at, b => (byte)(b ^ (1 << random.Below(8))));
            case 1: return With(bytes, at, _ => (byte)random.Next());
            case 2: return With(bytes, at, b => (byte)(b + (random.OneIn(2) ? 1 : -1)));
            case 3: return bytes[..at];
            case 4: return Integer(bytes, at, random);
            case 5: return Without(bytes, at, Length(bytes.Length - at, random));
            case 6: return Inserted(bytes, at, Noise(random));
            case 7: return Inserted(bytes, at, bytes.AsSpan(at, Length(bytes.Length - at, random)));
            case 8:
                byte[] other = random.Pick(corpus);
                int from = random.Below(other.Length);
                return [.. bytes.AsSpan(0, at), .. other.AsSpan(from)];
            default: return Inserted(bytes, bytes.Length, Noise(random));
        }
    }

    private static byte[] Integer(byte[] bytes, int at, FuzzRandom random)
    {
        byte[] changed = [.. bytes];
        Span<byte> word = stackalloc byte[8];
        ulong value = random.Pick(Interesting);
        int size = 1 << random.Below(4);
        BinaryPrimitives.WriteUInt64LittleEndian(word, value);
        if (random.OneIn(2))
            word[..size].Reverse();
        word[..Math.Min(size, bytes.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }

    private static byte[] With(byte[] bytes, int at, Func<byte, byte> change)
    {
        byte[] changed = [.. bytes];
        if (at < changed.Length)
            changed[at] = change(changed[at]);
        return changed;
    }

    private static byte[] Without(byte[] bytes, int at, int count) => [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + count)];

    private static byte[] Inserted(byte[] bytes, int at, ReadOnlySpan<byte> more) => [.. bytes.AsSpan(0, at), .. more, .. bytes.AsSpan(at)];

    private static int Length(int most, FuzzRandom random) =>
        Math.Min(most, random.OneIn(8) ? random.Below(most + 1) : 1 + random.Below(16));

    private static byte[] Noise(FuzzRandom random)
    {
        byte[] noise = new byte[1 + random.Below(random.OneIn(8) ? 300 : 12)];
        byte same = (byte)random.Next();
        bool equal = random.OneIn(2);
        for (int i = 0; i < noise.Length; i++)
            noise[i] = equal ? same : (byte)random.Next();
        return noise;
    }
}
