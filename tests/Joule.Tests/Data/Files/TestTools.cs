using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

/// <summary>A folder that is deleted after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("joule-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Marsaglia's xorshift64 with a fixed start: the same numbers every time.</summary>
internal sealed class XorShift(ulong state)
{
    public int Next(int bound)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)((state >> 16) % (ulong)bound);
    }

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
            bytes[i] = (byte)Next(256);
        return bytes;
    }
}

/// <summary>Breaks a good file in many ways and checks that reading gives a value or a <see cref="JouleException"/>.</summary>
internal static class Fuzz
{
    public static void Run(byte[] good, Action<byte[]> read, int rounds = 2000)
    {
        XorShift random = new(0x9E3779B97F4A7C15);
        int failed = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] bytes = Mutate(good, random);
            try
            {
                read(bytes);
            }
            catch (JouleException error)
            {
                failed++;
                Assert.StartsWith("fuzzed", error.Message, StringComparison.Ordinal);
            }
            catch (Exception error)
            {
                Assert.Fail($"Round {round}: {error}");
            }
        }
        Assert.InRange(failed, 1, rounds); // mutations that never break the file test nothing
        read(good);
    }

    private static byte[] Mutate(byte[] good, XorShift random)
    {
        List<byte> bytes = good.ToList();
        for (int change = random.Next(3); change >= 0; change--)
        {
            int at = random.Next(bytes.Count);
            // Most traps are in headers, so half of the changes go to the first 80 bytes.
            if (random.Next(2) == 0)
                at = Math.Min(at, random.Next(80));
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes[at] = (byte)(random.Next(2) * 255); break;
                case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.Next(8))); break;
                case 4: bytes.InsertRange(at, random.Bytes(1 + random.Next(8))); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
            if (bytes.Count == 0)
                bytes.Add(0);
        }
        return [.. bytes];
    }
}

/// <summary>Expects an <see cref="InvalidInputException"/> whose message contains all given parts.</summary>
internal static class Refused
{
    public static InvalidInputException With(Func<object?> make, params string[] words) => With(() => { make(); }, words);

    public static InvalidInputException With(Action action, params string[] words)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(action);
        foreach (string word in words)
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        return error;
    }
}

/// <summary>Small sets of images.</summary>
internal static class SmallImages
{
    public static ImageSet Grey(int count, int height, int width, int seed = 1) =>
        ImageSet.FromBytes("small", 1, height, width, new XorShift((ulong)seed).Bytes(count * height * width));

    public static float[] Values(ImageSet images, int index)
    {
        float[] values = new float[images.Length];
        images.Read(index, values);
        return values;
    }
}
