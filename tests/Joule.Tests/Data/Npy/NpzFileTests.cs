using System.IO.Compression;
using System.Numerics;
using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class NpzFileTests
{
    // numpy 1.24: savez('s.npz', images=arange(12, dtype=uint8).reshape(2, 2, 3)); sizes of zip64 in the member's own header.
    private const string Stored =
        "UEsDBBQAAAAAAAAAIQDFIoSgjAAAAIwAAAAKABQAaW1hZ2VzLm5weQEAEACMAAAAAAAAAIwAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5"
        + "fb3JkZXInOiBGYWxzZSwg"
        + "J3NoYXBlJzogKDIsIDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQIDBAUGBwgJCgtQSwECF"
        + "AMUAAAAAAAAACEAxSKEoIwAAACM"
        + "AAAACgAAAAAAAAAAAAAAgAEAAAAAaW1hZ2VzLm5weVBLBQYAAAAAAQABADgAAADIAAAAAAA=";

    // numpy 1.24: savez_compressed('c.npz', x_train=arange(18, dtype=uint8).reshape(3, 2, 3) % 7, y_train=arange(3), x_test=(as above),
    // y_test=arange(2)).
    private const string Packed =
        "UEsDBBQAAAAIAAAAIQAHBCgwUgAAAJIAAAALABQAeF90cmFpbi5ucHkBABAAkgAAAAAAAABSAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpS"
        + "YF59flJIKEndLzClOBYoXZyQW"
        + "pAL5GsY6CkY6CsaaOgq1CuQBLgZGJmYWVjYkCgBQSwMEFAAAAAgAAAAhAPdAEupMAAAAmAAAAAsAFAB5X3RyYWluLm5weQEAEACYAAAAAAAAAEwAAAAAAAAAm+wX6"
        + "hsQychQxlCtnpJanFykbqWgbpNp"
        + "oa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALgYoYITSTFAaAFBLAwQUAAAACAAAACEAxSKEoFQAAACMAAAACgAUAHhfdGVzdC5ucHkBA"
        + "BAAjAAAAAAAAABUAAAAAAAAAJvs"
        + "F+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkBkrKmjUKtAHuBiYGRiZmFlY+fg5OIGAFBLAwQUAAAACAAAA"
        + "CEAfmr7yUkAAACQAAAACgAUAHlf"
        + "dGVzdC5ucHkBABAAkAAAAAAAAABJAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUA"
        + "C4GKGCE0gBQSwECFAMUAAAACAAA"
        + "ACEABwQoMFIAAACSAAAACwAAAAAAAAAAAAAAgAEAAAAAeF90cmFpbi5ucHlQSwECFAMUAAAACAAAACEA90AS6kwAAACYAAAACwAAAAAAAAAAAAAAgAGPAAAAeV90c"
        + "mFpbi5ucHlQSwECFAMUAAAACAAA"
        + "ACEAxSKEoFQAAACMAAAACgAAAAAAAAAAAAAAgAEYAQAAeF90ZXN0Lm5weVBLAQIUAxQAAAAIAAAAIQB+avvJSQAAAJAAAAAKAAAAAAAAAAAAAACAAagBAAB5X3Rlc"
        + "3QubnB5UEsFBgAAAAAEAAQA4gAA"
        + "AC0CAAAAAA==";

    [Fact]
    public void Archives_of_NumPy_are_read()
    {
        NpyArray array = Read(Convert.FromBase64String(Stored));
        Assert.Equal([2, 2, 3], array.Shape);
        Assert.Equal(Ramp(12), array.Bytes!);
        Assert.Equal(Ramp(12), Read(Convert.FromBase64String(Packed), "x_test").Bytes!);
        Assert.Equal(Ramp(18).Select(value => (byte)(value % 7)), Read(Convert.FromBase64String(Packed), "x_train.npy").Bytes!);
        using TempFolder folder = new();
        Assert.Equal(["x_train", "y_train", "x_test", "y_test"], NpzFile.Names(folder.Write("a", Convert.FromBase64String(Packed))));
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Archives_of_the_base_library_are_read(CompressionLevel level)
    {
        // On a stream that cannot seek, data descriptors are written: sizes and CRC follow the content.
        byte[] large = new XorShift(7).Bytes(300_000);
        foreach (bool canSeek in new[] { true, false })
        {
            byte[] bytes = Written(level, canSeek, ("a/b", Npy("|u1", "(3, 100000)", large)),
                ("ü", Npy("<f8", "(2,)", [.. BitConverter.GetBytes(0.5), .. BitConverter.GetBytes(-2.0)])));
            Assert.Equal(!canSeek, (bytes[6] & 8) != 0);
            Assert.Equal(large, Read(bytes, "a/b").Bytes!);
            Assert.Equal([0.5f, -2f], Read(bytes, "ü").Floats!);
        }
    }

    [Fact]
    public void Zip64_numbers_are_read_and_checked()
    {
        byte[] bytes = Large(Convert.FromBase64String(Stored));
        Assert.Equal(Ramp(12), Read(bytes).Bytes!);
        int entry = IndexOf(bytes, "PK\x01\x02"u8), extra = entry + 46 + "images.npy".Length, end = IndexOf(bytes, "PK\x06\x06"u8),
            locator = end + 56;
        Refused.With(
            () => Read(With(bytes, extra + 4, ulong.MaxValue)), "test, byte 200", "is stored in 140 bytes and claims 18446744073709551615");
        Refused.With(() => Read(With(bytes, extra + 12, ulong.MaxValue)), "claims 18446744073709551615 bytes from byte 60");
        Refused.With(() => Read(With(bytes, extra + 20, ulong.MaxValue - 7)), "should start at byte 18446744073709551608");
        Refused.With(() => Read(With(bytes, extra, (ushort)2)), "a large number (zip64) that is missing");
        Refused.With(() => Read(With(bytes, end + 40, ulong.MaxValue)), "claims 18446744073709551615 bytes");
        Refused.With(() => Read(With(bytes, end + 24, 1UL << 40, 1UL << 40)), "claims 1099511627776 members", "at most 1024");
        Refused.With(() => Read(With(bytes, end + 32, 2UL)), "one of several parts");
        Refused.With(() => Read(With(bytes, end + 48, ulong.MaxValue)), "from byte 18446744073709551615");
        Refused.With(() => Read(With(bytes, locator + 8, ulong.MaxValue)), "not at byte 18446744073709551615");
        Refused.With(() => Read(With(bytes, locator, 0UL)), "its locator is missing");
    }

    [Fact]
    public void The_suggested_array_holds_images()
    {
        byte[] bytes = Written(CompressionLevel.Fastest, true, ("y", Npy("<i8", "(2,)", new byte[16])),
            ("train_labels", Npy("|u1", "(2, 2)", Ramp(4))), ("pics", Npy("|u1", "(1, 2, 2)", Ramp(4))));
        Refused.With(() => Read(bytes), "Choose one: test:pics.");
        bytes = Written(CompressionLevel.Fastest, true, ("y", Npy("<i8", "(2,)", new byte[16])), ("label", Npy("|u1", "(2, 2)", Ramp(4))));
        Assert.DoesNotContain(
            "Choose", Refused.With(() => Read(bytes), "None of them looks like images").Message, StringComparison.Ordinal);
        // A name that occurs twice cannot be chosen, so it is not offered.
        bytes = Written(CompressionLevel.Fastest, true, ("a", Npy("|u1", "(1, 2, 2)", Ramp(4))), ("a", Npy("|u1", "(1, 2, 2)", Ramp(4))));
        Refused.With(() => Read(bytes), "2 members of the archive are called 'a.npy'");
    }

    [Fact]
    public void Of_several_arrays_one_is_named()
    {
        byte[] bytes = Written(CompressionLevel.Fastest, true, ("images", Npy("|u1", "(2, 2)", Ramp(4))),
            ("labels", Npy("<i8", "(2,)", new byte[16])), ("text", "no array"u8.ToArray()));
        Assert.Equal(Ramp(4), Read(bytes, "images").Bytes!);
        Refused.With(
            () => Read(bytes), "test, byte ",
            "3 arrays: images (2, 2) of type uint8, labels (2,) of type int64, text (which cannot be read)", "Choose one: test:images.");
        Refused.With(() => Read(bytes, "imaegs"), "no array 'imaegs'", "Did you mean 'images'?", "labels (2,)");
        Refused.With(() => Read(bytes, ""), "no array ''", "Choose one: test:images.");
        Assert.Equal([0f, 0f], Read(bytes, "labels").Floats!);
        Refused.With(() => Read(bytes, "text"), "test:text, byte 0: this is not an NPY file");
        byte[] many = Written(CompressionLevel.Fastest, true, [.. Enumerable.Range(0, 30).Select(i => ($"a{i}", Npy("|u1", "(1,)", [1])))]);
        Refused.With(() => Read(many), "30 arrays: a0 (1,)", "a9 (1,) of type uint8 and 20 more. None");
    }

    [Theory]
    [InlineData("x_train", "x_test")]
    [InlineData("train", "test")]
    public void Training_and_test_images_go_together(string first, string second)
    {
        using TempFolder folder = new();
        byte[] labels = Npy("<i8", "(9,)", [1]); // cut short: labels are not read
        (string, byte[]) train = (first, Npy("|u1", "(3, 2, 2)", Ramp(12))),
            test = (second, Npy("<f4", "(1, 4)", [.. new byte[12], .. BitConverter.GetBytes(0.5f)]));
        folder.Write("a.npz", Written(CompressionLevel.Fastest, true, ("y_train", labels), test, train, ("y_test", labels)));
        TrainTest sets = NpzFile.ReadTrainTest(folder["a.npz"])!;
        Assert.Equal((3, "train", 1, "test"), (sets.Train.Count, sets.Train.Name, sets.Test.Count, sets.Test.Name));
        Assert.Equal([0f, 0f, 0f, 0.5f], SmallImages.Values(sets.Test, 0));
        Assert.Equal(3, NpzFile.ReadImages(folder["a.npz"], first).Count);
        folder.Write("b.npz", Written(CompressionLevel.Fastest, true, train, (second, Npy("|u1", "(1, 3, 2, 4)", Ramp(24)))));
        Refused.With(
            () => NpzFile.ReadTrainTest(folder["b.npz"]), "b.npz, byte ", $"the images of {first} are 1×2×2 and those of {second} 3×2×4",
            $"b.npz:{first}");
        folder.Write("c.npz", Written(CompressionLevel.Fastest, true, train, ("more", labels)));
        Assert.Null(NpzFile.ReadTrainTest(folder["c.npz"]));
    }

    [Fact]
    public void Floats_are_read_in_the_requested_range_and_errors_name_the_value()
    {
        using TempFolder folder = new();
        folder.Write("a.npz", Written(
            CompressionLevel.Fastest, true, ("x", Npy("<f4", "(1, 2)", [.. BitConverter.GetBytes(-1f), .. BitConverter.GetBytes(0f)]))));
        Refused.With(() => NpzFile.ReadImages(folder["a.npz"]), "a.npz:x, byte ", "the value -1 at row 0, column 0", "--range -1..1");
        ImageSet images = NpzFile.ReadImages(folder["a.npz"], null, new ReadingRequest { Range = new(-1, 1) });
        Assert.Equal(("a.npz:x", 1), (images.Name, images.Count));
        Assert.Equal([0f, 0.5f], SmallImages.Values(images, 0));
        folder.Write("b.npz", Written(CompressionLevel.Fastest, true,
            ("x", Npy("<f4", "(1, 2)", [.. BitConverter.GetBytes(0f), .. BitConverter.GetBytes(float.NaN)]))));
        Refused.With(() => NpzFile.ReadImages(folder["b.npz"]), "b.npz:x, byte ", "NaN", "row 0, column 1");
    }

    [Fact]
    public void Anything_but_an_archive_of_plain_arrays_is_refused()
    {
        byte[] good = Convert.FromBase64String(Stored);
        int entry = IndexOf(good, "PK\x01\x02"u8), end = good.Length - 22;
        Refused.With(() => Read(With(good, entry + 8, (ushort)1)), "test, byte 200: the member 'images.npy' is encrypted", "Decrypt it");
        Refused.With(() => Read(With(good, entry + 10, (ushort)12)), "packed with bzip2 (12); stored and deflate");
        Refused.With(() => Read(With(good, entry + 10, (ushort)77)), "packed with method 77");
        Refused.With(() => Read(Written(CompressionLevel.Fastest, true)), "test, byte 0: the archive is empty", "numpy.savez");
        Refused.With(() => Read([.. "PK\x05\x06"u8, .. new byte[18]]), "the archive is empty");
        Refused.With(() => Read(Written(CompressionLevel.Fastest, true, ("a", good))), "test:a, byte 0: this is not an NPY file");
        Refused.With(
            () => Read(Entries(("../inner.npz", good), ("b\u001b[2J.png", good))), "holds no arrays",
            "../inner.npz, b\\u001b[2J.png. Unpack it");
        Refused.With(
            () => Read(Written(CompressionLevel.Fastest, true, ("a", Npy("|O", "(1,)", new byte[8])))), "test:a, byte 10",
            "Python objects");
        Refused.With(() => Read(Entries(("a.npy", good), ("a.npy", good)), "a"), "2 members of the archive are called 'a.npy'");
        Refused.With(() => Read(With(good, end + 4, (ushort)1)), "one of several parts");
        Refused.With(() => Read("PK\x03\x04"u8.ToArray()), "test, byte 4", "ends without its directory");
    }

    [Fact]
    public void Damage_is_detected()
    {
        byte[] good = Convert.FromBase64String(Stored);
        for (int length = 4; length < good.Length; length++)
            Refused.With(() => Read(good[..length]), "test, byte ", "cut short");
        Refused.With(() => Read([.. good, 0]), "bytes follow after it");
        int entry = IndexOf(good, "PK\x01\x02"u8), end = good.Length - 22;
        Refused.With(() => Read(With(good, 199, (byte)9)), "test, byte 200: the member 'images.npy' has the CRC", "but a08422c5 is stored");
        Refused.With(() => Read(With(good, 0, 0UL)), "does not start at byte 0");
        Refused.With(() => Read(With(good, 30, (byte)'I')), "has another name at byte 0");
        Refused.With(() => Read(With(good, entry + 24, 141)), "stored in 140 bytes and claims 141");
        Refused.With(() => Read(With(good, entry + 42, 190)), "should start at byte 190");
        Refused.With(() => Read(With(good, entry + 28, ushort.MaxValue)), "longer than the directory");
        Refused.With(() => Read(With(good, entry + 28, (ushort)9)), "bytes of the directory follow");
        Refused.With(() => Read(With(good, entry, 0UL)), "an entry of the directory should start here");
        Refused.With(() => Read(With(good, end + 8, (ushort)2, (ushort)2)), "claims 2 members in 56 bytes");
        Refused.With(() => Read(With(good, end + 16, 201)), "claims 56 bytes from byte 201, but ends at byte 256");
        byte[] packed = Convert.FromBase64String(Packed);
        entry = IndexOf(packed, "PK\x01\x02"u8);
        Refused.With(() => Read(With(packed, 70, ulong.MaxValue), "x_train"), "test:x_train, byte ");
        Refused.With(() => Read(With(packed, entry + 20, 60), "x_train"), "test:x_train, byte ");
        Refused.With(
            () => Read(With(packed, entry + 24, 145), "x_train"), "test:x_train, byte 128: the header claims shape (3, 2, 3)",
            "but 17 follow");
        Refused.With(() => Read(With(packed, entry + 24, 147), "x_train"), "but 19 follow");
        Refused.With(
            () => Read(With(packed, entry + 24, int.MaxValue), "x_train"),
            "claims to unpack to 2147483647 bytes, more than its 82 bytes can hold");
        Assert.Equal(Ramp(12), Read(With(packed, entry + 24, int.MaxValue), "x_test").Bytes!);
        byte[] array = Npy("|u1", "(1,)", [7]);
        byte[] longer = Written(CompressionLevel.Optimal, true, ("a", [.. array, .. new byte[500]]));
        Refused.With(
            () => Read(With(longer, IndexOf(longer, "PK\x01\x02"u8) + 24, array.Length)),
            $"test:a, byte {array.Length}: the member unpacks to more");
    }

    [Fact]
    public void More_than_memory_allows_is_refused_before_it_is_unpacked()
    {
        byte[] bytes = Written(CompressionLevel.Fastest, true, ("x_train", Npy("|u1", "(50000, 784)", new byte[50_000 * 784])),
            ("x_test", Npy("|u1", "(50000, 784)", new byte[50_000 * 784])));
        using TempFolder folder = new();
        folder.Write("a.npz", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused.With(() => NpzFile.ReadTrainTest(folder["a.npz"]), "x_train and x_test would unpack to 784001", "numpy.savez ");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(50_000, NpzFile.ReadImages(folder["a.npz"], "x_train").Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 50_000 * 784, (50_000 * 784) + (2 << 20)); // no second copy
        byte[] many = Written(CompressionLevel.Fastest, true, [.. Enumerable.Range(0, 1025).Select(i => ($"a{i}", Array.Empty<byte>()))]);
        Refused.With(() => Read(many), "claims 1025 members; at most 1024");
        Refused.With(() => Read(Written(CompressionLevel.Fastest, true,
            [.. "abc".Select(letter => (new string(letter, 60_000), Array.Empty<byte>()))])), "at most 131072");
    }

    [Fact]
    public void Mutations_give_a_value_or_a_JouleException()
    {
        Fuzz.Run(Convert.FromBase64String(Stored), bytes => NpzFile.Read(new MemoryStream(bytes), "fuzzed"));
        Fuzz.Run(Convert.FromBase64String(Packed), bytes => NpzFile.Read(new MemoryStream(bytes), "fuzzed", "x_test"));
    }

    private static NpyArray Read(byte[] bytes, string? array = null) => NpzFile.Read(new MemoryStream(bytes), "test", array);

    private static byte[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private static byte[] Npy(string descr, string shape, byte[] body)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)text.Length), .. text, .. body];
    }

    private static byte[] Entries(params (string Name, byte[] Content)[] entries) => Written(CompressionLevel.Optimal, true, "", entries);

    private static byte[] Written(CompressionLevel level, bool canSeek, params (string Name, byte[] Content)[] arrays) =>
        Written(level, canSeek, ".npy", arrays);

    private static byte[] Written(CompressionLevel level, bool canSeek, string extension, (string Name, byte[] Content)[] entries)
    {
        MemoryStream bytes = new();
        using (ZipArchive archive = new(canSeek ? bytes : new ForwardStream(bytes), ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream stream = archive.CreateEntry(name + extension, level).Open();
                stream.Write(content);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>An archive of one member whose directory uses zip64 numbers.</summary>
    private static byte[] Large(byte[] archive)
    {
        int entry = IndexOf(archive, "PK\x01\x02"u8), end = archive.Length - 22, length = end - entry + 28;
        byte[] head = With(With(With(archive, entry + 20, ulong.MaxValue), entry + 30, (ushort)28), entry + 42, uint.MaxValue);
        return
        [
            .. head.AsSpan(0, end), 1, 0, 24, 0,
            .. Longs(BitConverter.ToUInt32(archive, entry + 24), BitConverter.ToUInt32(archive, entry + 20), 0),
            .. "PK\x06\x06"u8, .. Longs(44), 45, 0, 45, 0, .. new byte[8], .. Longs(1, 1, (ulong)length, (ulong)entry),
            .. "PK\x06\x07"u8, 0, 0, 0, 0, .. Longs((ulong)(entry + length)), 1, 0, 0, 0,
            .. "PK\x05\x06"u8, 0, 0, 0, 0, .. Enumerable.Repeat((byte)255, 12), 0, 0,
        ];

        static byte[] Longs(params ulong[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
    }

    private static int IndexOf(byte[] bytes, ReadOnlySpan<byte> what) => bytes.AsSpan().IndexOf(what);

    private static byte[] With<T>(byte[] bytes, int at, params T[] numbers) where T : unmanaged, IBinaryInteger<T>
    {
        byte[] changed = [.. bytes];
        foreach (T number in numbers)
            at += number.WriteLittleEndian(changed, at);
        return changed;
    }

    /// <summary>A stream that cannot seek, like a pipe.</summary>
    private sealed class ForwardStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
