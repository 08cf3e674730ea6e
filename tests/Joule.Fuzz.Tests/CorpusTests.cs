using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;
using Joule.States;
using Xunit;

namespace Joule.Fuzz.Tests;

/// <summary>
/// Generates the corpus. With JOULE_FUZZ_WRITE_CORPUS=1 the files are written to the source folder. Otherwise they are compared with the
/// existing ones, byte for byte unless a compressor made them. The folder may hold further files, found by fuzzing or made by hand.
/// </summary>
public sealed class CorpusTests
{
    private const string Npy = "{'descr': 'TYPE', 'fortran_order': ORDER, 'shape': SHAPE, }";

    [Fact]
    public void The_corpus_equals_the_generated_files()
    {
        bool write = Environment.GetEnvironmentVariable("JOULE_FUZZ_WRITE_CORPUS") is { Length: > 0 };
        string root = write ? Path.Combine(Here(), "Corpus") : Path.Combine(AppContext.BaseDirectory, "Corpus");
        long total = 0;
        foreach ((string name, byte[] bytes) in Files())
        {
            string path = Path.Combine(root, name);
            total += bytes.Length;
            if (write)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }
            else if (name.Contains("-packed", StringComparison.Ordinal))
                Assert.True(File.Exists(path), name);
            else
                Assert.True(
                    bytes.AsSpan().SequenceEqual(File.ReadAllBytes(path)),
                    $"{name} differs. Where that is meant, write the corpus anew with JOULE_FUZZ_WRITE_CORPUS=1.");
        }
        Assert.InRange(total, 10_000, 300_000);
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Files() =>
        [.. Idx(), .. NpyFiles(), .. NpzFiles(), .. Pngs(), .. Folders(), .. Tensors(), .. Models(), .. Checkpoints(), .. Configs(),
            .. Metrics(), .. Tars(), .. TableCorpus.Files()];

    private static IEnumerable<(string, byte[])> Idx()
    {
        byte[] images = [0, 0, 8, 3, .. Words(3, 4, 5), .. Ramp(60)], labels = [0, 0, 8, 1, .. Words(10), .. Ramp(10)];
        yield return ("idx/good-images", images);
        yield return ("idx/good-labels", labels);
        yield return ("idx/bad-cut", images[..^7]);
        yield return ("idx/bad-longer", [.. images, 1, 2, 3]);
        yield return ("idx/bad-count", [0, 0, 8, 3, 255, 255, 255, 255, .. images.AsSpan(8)]);
        yield return ("idx/bad-sides", [0, 0, 8, 3, .. Words(1, 16385, 16385)]);
        yield return ("idx/bad-product", [0, 0, 8, 3, .. Words(0x10000, 0x4000, 0x4000), 0]);
        yield return ("idx/bad-label", [0, 0, 8, 1, .. Words(3), 1, 10, 3]);
        yield return ("idx/good-floats", [0, 0, 13, 3, .. Words(1, 1, 2), 0, 0, 0, 0, 0x3f, 0, 0, 0]);
        yield return ("idx/good-doubles", [0, 0, 14, 2, .. Words(1, 2), .. new byte[8], 0x3f, 0xe0, .. new byte[6]]);
        yield return ("idx/good-shorts", [0, 0, 11, 3, .. Words(1, 1, 2), 0, 7, 0, 255]);
        yield return ("idx/good-colour", [0, 0, 8, 4, .. Words(2, 2, 2, 3), .. Ramp(24)]);
        yield return ("idx/bad-type", [0, 0, 7, 3, .. Words(1, 1, 1), 0]);
        yield return ("idx/bad-dimensions", [0, 0, 8, 5, .. Words(1, 1, 1, 1, 1), 0]);
        yield return ("idx/bad-four-sides", [0, 0, 14, 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
        yield return ("idx/bad-channels", [0, 0, 8, 4, .. Words(1, 2, 2, 2), .. Ramp(8)]);
        yield return ("idx/bad-range", [0, 0, 9, 3, .. Words(1, 1, 2), 0, 0x80]);
        yield return ("idx-gzip/good-stored", Checksums.Gzip(images));
        yield return ("idx-gzip/good-packed", Gzip(images));
        yield return ("idx-gzip/good-packed-twice", [.. Gzip(images[..30]), .. Gzip(images[30..])]);
        yield return ("idx-gzip/bad-packed-cut", Gzip(images)[..^12]);
        yield return ("idx-gzip/bad-packed-bomb", Gzip([0, 0, 8, 3, .. Words(1, 2, 2), .. new byte[1 << 20]]));
        yield return ("idx-gzip/bad-claim", Checksums.Gzip([0, 0, 8, 3, .. Words(0x7fffffff, 0x4000, 0x4000), 1]));
        yield return ("idx-gzip/bad-empty", Checksums.Gzip([]));
    }

    private static IEnumerable<(string, byte[])> NpyFiles()
    {
        byte[] floats = [.. Enumerable.Range(0, 24).SelectMany(i => BitConverter.GetBytes(i / 23f))];
        yield return ("npy/good-bytes", Array("|u1", false, "(3, 4, 5)", Ramp(60)));
        yield return ("npy/good-floats", Array("<f4", false, "(2, 3, 2, 2)", floats));
        yield return ("npy/good-fortran", Array("<f4", true, "(4, 6)", floats));
        yield return ("npy/good-doubles",
            Array("<f8", true, "(2, 2, 2)", [.. Enumerable.Range(0, 8).SelectMany(i => BitConverter.GetBytes(i / 8.0))]));
        yield return ("npy/good-longs",
            Array("<i8", false, "(2, 2, 2)", [.. Enumerable.Range(0, 8).SelectMany(i => BitConverter.GetBytes(30L * i))]));
        yield return ("npy/good-halves",
            Array("<f2", true, "(2, 2, 2)", [.. Enumerable.Range(0, 8).SelectMany(i => BitConverter.GetBytes((Half)(i / 8f)))]));
        yield return ("npy/good-big-endian",
            Array(">u2", false, "(2, 2, 2)", [.. Enumerable.Range(0, 8).SelectMany(i => new byte[] { 0, (byte)(9 * i) })]));
        yield return ("npy/good-bool", Array("|b1", false, "(2, 2, 2)", [0, 1, 1, 0, 1, 1, 0, 0]));
        yield return ("npy/good-last", Array("|u1", false, "(2, 4, 5, 3)", Ramp(120)));
        yield return ("npy/bad-negative", Array("<f4", false, "(1, 2)", [0, 0, 0, 0, .. BitConverter.GetBytes(-0.5f)]));
        yield return ("npy/bad-wide", Array("<u2", false, "(1, 2)", [0, 0, 0, 1]));
        yield return ("npy/bad-two-ways", Array("|u1", false, "(2, 3, 4, 3)", Ramp(72)));
        yield return ("npy/bad-channels", Array("|u1", false, "(2, 4, 3, 2)", Ramp(48)));
        yield return ("npy/bad-twice", [.. Array("|u1", false, "(1, 2)", [1, 2]), .. Array("|u1", false, "(1, 2)", [1, 2])]);
        yield return ("npy/good-version-2", Array("|u1", false, "(2, 9)", Ramp(18), 2));
        yield return ("npy/bad-nan", Array("<f4", false, "(2, 2)", [.. floats.AsSpan(0, 12), 0, 0, 0xc0, 0x7f]));
        yield return ("npy/bad-infinity", Array("<f8", false, "(1, 1)", BitConverter.GetBytes(1e300)));
        yield return ("npy/bad-range", Array("<f4", false, "(1, 2)", [0, 0, 0, 0, .. BitConverter.GetBytes(255f)]));
        yield return ("npy/bad-shape", Array("|u1", false, "(2147483647, 2147483647, 2147483647, 2147483647)", Ramp(4)));
        yield return ("npy/bad-empty", Array("|u1", false, "(0, 28, 28)", []));
        yield return ("npy/bad-objects", Array("|O", false, "(1,)", Ramp(8)));
        yield return ("npy/bad-structure", Header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", Ramp(4), 1));
        yield return ("npy/bad-header", Header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,", Ramp(4), 1));
        yield return ("npy/bad-cut", Array("<f4", false, "(2, 3)", floats)[..^100]);
        yield return ("npy/bad-long-header", [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, 0]);
    }

    private static IEnumerable<(string, byte[])> NpzFiles()
    {
        byte[] images = Array("|u1", false, "(3, 3, 2)", Ramp(18)), others = Array("|u1", false, "(2, 3, 2)", Ramp(12)),
            labels = Array("<i8", false, "(3,)", new byte[24]);
        byte[] floats = Array("<f4", true, "(2, 1, 2)", [.. new[] { 0.25f, 0f, 0.5f, 1f }.SelectMany(BitConverter.GetBytes)]);
        byte[] one = ZipBytes.Archive([ZipBytes.Stored("images.npy", images)]);
        ZipBytes.Member packed = ZipBytes.Packed("a.npy", images), stored = ZipBytes.Stored("a.npy", images);
        yield return ("npz/good-one", one);
        yield return ("npz/good-packed", ZipBytes.Archive([packed, ZipBytes.Stored("notes.txt", "notes"u8.ToArray())]));
        yield return ("npz/good-keras",
            ZipBytes.Archive([ZipBytes.Stored("x_train.npy", images), ZipBytes.Stored("y_train.npy", labels),
                ZipBytes.Deflated("x_test.npy", others), ZipBytes.Deflated("y_test.npy", labels)]));
        yield return ("npz/good-floats", ZipBytes.Archive([ZipBytes.Deflated("train.npy", floats), ZipBytes.Stored("test.npy", floats)]));
        yield return ("npz/good-three",
            ZipBytes.Archive([ZipBytes.Stored("train_images.npy", images), ZipBytes.Stored("val_images.npy", others),
                ZipBytes.Deflated("test_images.npy", others), ZipBytes.Stored("train_labels.npy", labels)]));
        yield return ("npz/good-large", ZipBytes.Archive([stored], large: true));
        yield return ("npz/bad-several",
            ZipBytes.Archive([stored, ZipBytes.Stored("b.npy", labels), ZipBytes.Stored("c.npy", "no array"u8.ToArray())]));
        yield return ("npz/bad-twice",
            ZipBytes.Archive(
                [ZipBytes.Stored("train.npy", images), ZipBytes.Stored("train.npy", images), ZipBytes.Stored("test.npy", others)]));
        yield return ("npz/bad-empty", ZipBytes.Archive([]));
        yield return ("npz/bad-none", ZipBytes.Archive([ZipBytes.Stored("../../picture.png", images)]));
        yield return ("npz/bad-nested", ZipBytes.Archive([ZipBytes.Stored("a.npy", one)]));
        yield return ("npz/bad-objects", ZipBytes.Archive([ZipBytes.Stored("a.npy", Array("|O", false, "(1,)", Ramp(8)))]));
        yield return ("npz/bad-sizes",
            ZipBytes.Archive(
                [ZipBytes.Stored("x_train.npy", images), ZipBytes.Stored("x_test.npy", Array("|u1", false, "(1, 9)", Ramp(9)))]));
        yield return ("npz/bad-method", ZipBytes.Archive([stored with { Method = 12 }]));
        yield return ("npz/bad-crc", ZipBytes.Archive([stored with { Crc = 1 }]));
        yield return ("npz/bad-packed-crc", ZipBytes.Archive([packed with { Crc = 1 }]));
        yield return ("npz/bad-packed-longer", ZipBytes.Archive([packed with { Length = packed.Length + 1 }]));
        yield return ("npz/bad-packed-shorter", ZipBytes.Archive([packed with { Length = packed.Length - 1 }]));
        yield return ("npz/bad-packed-ratio", ZipBytes.Archive([packed with { Length = uint.MaxValue - 1 }]));
        yield return ("npz/bad-length", ZipBytes.Archive([stored with { Length = stored.Length + 1 }]));
        yield return ("npz/bad-cut", one[..^30]);
        yield return ("npz/bad-more", [.. one, 0]);
    }

    private static IEnumerable<(string, byte[])> Pngs()
    {
        yield return ("png/good-grey", Png(5, 4, 8, 0, Ramp(4 * 6, 6)));
        yield return ("png/good-grey-packed", Encoded(1));
        yield return ("png/good-colour-packed", Encoded(3));
        yield return ("png/good-bits", Png(9, 3, 1, 0, Ramp(3 * 3, 3)));
        yield return ("png/good-deep-alpha", Png(2, 2, 16, 6, Ramp(2 * 17, 17)));
        yield return ("png/good-palette", Png(4, 2, 2, 3, [0, 0x1b, 0, 0xe4], 0, ("PLTE", Ramp(12)), ("tRNS", [1, 2])));
        yield return ("png/good-interlaced", Png(3, 3, 8, 0, [0, 1, 0, 2, 0, 3, 4, 0, 5, 0, 6, 0, 7, 8, 9], 1));
        yield return ("png/good-hidden", Png(2, 1, 8, 2, [0, 1, 2, 3, 4, 5, 6], 0, ("tRNS", [0, 1, 0, 2, 0, 3])));
        yield return ("png/bad-large", Png(100_000, 100_000, 8, 0, Ramp(20)));
        yield return ("png/bad-claim", Png(4096, 4096, 16, 6, Ramp(20)));
        yield return ("png/bad-filter", Png(2, 2, 8, 0, [5, 0, 0, 0, 0, 0]));
        yield return ("png/bad-index", Png(2, 1, 8, 3, [0, 0, 9], 0, ("PLTE", Ramp(3))));
        yield return ("png/bad-cut-pixels", Png(2, 2, 8, 0, [0, 1, 2, 0]));
        yield return ("png/bad-dictionary",
            [.. Png(2, 1, 8, 0, [0, 1, 2])[..33], .. Checksums.Chunk("IDAT"u8, [0x78, 0x3f, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]),
                .. Checksums.Chunk("IEND"u8, [])]);
        yield return ("png/bad-crc", [.. Png(2, 1, 8, 0, [0, 1, 2])[..^3], 1, 2, 3]);
        yield return ("png/bad-chunk", Png(2, 1, 8, 0, [0, 1, 2], 0, ("Qxyz", [1])));
        yield return ("png/bad-cut", Encoded(1)[..40]);
        yield return ("png/bad-text", "no picture"u8.ToArray());
    }

    private static IEnumerable<(string, byte[])> Folders()
    {
        byte[] grey = Png(3, 2, 8, 0, [0, 1, 2, 3, 0, 4, 5, 6]), colour = Png(3, 2, 8, 2, Ramp(20, 10)),
            other = Png(2, 2, 8, 0, [0, 1, 2, 0, 3, 4]);
        yield return ("png-folder/good-grey", Together(grey, grey, grey));
        yield return ("png-folder/good-colour-late", Together(grey, grey, colour));
        yield return ("png-folder/good-colour-first", Together(colour, grey));
        yield return ("png-folder/bad-sizes", Together(grey, other));
        yield return ("png-folder/bad-picture", Together(grey, grey[..30]));
        yield return ("png-folder/bad-bomb", Together(grey, Png(16384, 16384, 8, 0, Ramp(20))));

        static byte[] Together(params byte[][] pictures) =>
            [.. pictures.SelectMany<byte[], byte>(picture => [.. Checksums.Big((uint)picture.Length), .. picture])];
    }

    private static IEnumerable<(string, byte[])> Tensors()
    {
        yield return ("safetensors/good-two",
            Tensor(
                """{"__metadata__":{"k":"v\u00e9"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":"""
                    + """{"dtype":"U8","shape":[8],"data_offsets":[24,32]}}  """, 32));
        yield return ("safetensors/good-empty", Tensor("{}", 0));
        yield return ("safetensors/good-scalars",
            Tensor(
                """{"a":{"data_offsets":[4,8],"dtype":"F32","shape":[]},"b":{"dtype":"F32","shape":[1,1,1],"data_offsets":[0,"""
                    + """4]},"z":{"dtype":"U8","shape":[0,9],"data_offsets":[8,8]}}""", 8));
        yield return ("safetensors/bad-twice",
            Tensor("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2));
        yield return ("safetensors/bad-overlap",
            Tensor("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12));
        yield return ("safetensors/bad-product",
            Tensor("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4));
        yield return ("safetensors/bad-offset",
            Tensor("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[9223372036854775800,9223372036854775804]}}""", 4));
        yield return ("safetensors/bad-deep", Tensor($$"""{"__metadata__":{{new string('[', 200)}}""", 0));
        yield return ("safetensors/bad-surrogate", Tensor("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0));
        yield return ("safetensors/bad-type", Tensor("""{"a":{"dtype":"BF16\u001b[2J","shape":[1],"data_offsets":[0,2]}}""", 2));
        yield return ("safetensors/bad-length", [255, 255, 255, 255, 255, 255, 255, 127, (byte)'{', (byte)'}']);
    }

    private static IEnumerable<(string, byte[])> Models()
    {
        byte[] dense = Model("""[{"type":"dense","outputs":3},{"type":"relu"},{"type":"dense","outputs":1}]""", new Shape(1, 2, 2));
        byte[] conv = Model(
            """[{"type":"residual","body":[{"type":"conv","outputs":2,"padding":1}],"shortcut":[{"type":"conv","outputs":2,"kernel":"""
                + """1}]},{"type":"silu"},{"type":"average_pool"},{"type":"dense","outputs":1}]""", new Shape(2, 4, 4));
        yield return ("model/good-dense", dense);
        yield return ("model/good-conv", conv);
        yield return ("model/bad-shape",
            Described(dense, "\\\"channels\\\":1,\\\"height\\\":2", "\\\"channels\\\":65536,\\\"height\\\":65536"));
        yield return ("model/bad-state", Described(dense, "\\\"width\\\":2", "\\\"width\\\":3"));
        yield return ("model/bad-wide", Described(dense, "\\\"outputs\\\":3,", "\\\"outputs\\\":1048576,"));
        yield return ("model/bad-deep", Described(dense, "\\\"layers\\\":[", "\\\"network\\\":" + new string('[', 100)));
        yield return ("model/bad-version", Described(dense, "{\\\"version\\\":2", "{\\\"version\\\":\\\"x\\\""));
        yield return ("model/bad-twice", Described(dense, "{\\\"version\\\":2", "{\\\"version\\\":2,\\\"version\\\":2"));
        yield return ("model/bad-weight", [.. dense.AsSpan(0, dense.Length - 4), 0, 0, 0x80, 0x7f]);
        yield return ("model/good-data",
            Described(
                dense, "{\\\"version\\\":2,\\\"config",
                "{\\\"version\\\":2,\\\"data\\\":{\\\"name\\\":\\\"a\\\",\\\"train\\\":2,\\\"test_seed\\\":1,"
                    + "\\\"reading\\\":{\\\"type\\\":\\\"uint8\\\",\\\"shape\\\":[3,2,2],\\\"notes\\\":[\\\"b\\\"]}},\\\"config"));
        yield return ("model/bad-data",
            Described(
                dense, "{\\\"version\\\":2,\\\"config",
                "{\\\"version\\\":2,\\\"data\\\":{\\\"train\\\":\\\"x\\\",\\\"reading\\\":{\\\"shape\\\":[null]}},\\\"config"));
        yield return ("model/bad-other", Tensor("{}", 0));
        yield return ("model/bad-zip", [.. "PK\x03\x04"u8, .. new byte[200]]);
        yield return ("model/bad-pickle", [0x80, 2, .. "}q\0."u8]);
        yield return ("model/bad-pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"u8.ToArray());
    }

    private static IEnumerable<(string, byte[])> Checkpoints()
    {
        using Readers.CheckpointFuzz run = new();
        byte[] start = run.Make(later: false), later = run.Make(later: true);
        yield return ("checkpoint/good-start", start);
        yield return ("checkpoint/good-later", later);
        yield return ("checkpoint/bad-bit", [.. later.AsSpan(0, 2000), (byte)(later[2000] ^ 1), .. later.AsSpan(2001)]);
        yield return ("checkpoint/bad-cut", later[..^40]);
        yield return ("checkpoint/bad-update", Numbered(later, "trainer.update", 5));
        yield return ("checkpoint/bad-attempt", Numbered(later, "trainer.attempt", -2, 0.5, 2, 1, 1));
        yield return ("checkpoint/bad-numbers", Numbered(later, "run.seconds", double.NaN));
        yield return ("checkpoint/bad-notes", Changed(later, "\\\"version\\\":2,\\\"update", "\\\"version\\\":[[[[[[1]]]]]],\\\"update"));
        yield return ("checkpoint/bad-name", Changed(start, "training/sha256", "training/sha255"));

        byte[] Numbered(byte[] file, string name, params double[] numbers) => Readers.CheckpointFuzz.Summed(run.With(file, name, numbers));

        static byte[] Changed(byte[] file, string from, string to) => Readers.CheckpointFuzz.Summed(Described(file, from, to));
    }

    private static IEnumerable<(string, byte[])> Configs()
    {
        foreach (string name in (string[])["digits", "seed"])
            yield return ($"config/good-{name}", Encoding.UTF8.GetBytes(OptionsJson.Text(Presets.Json(name))));
        yield return ("config/good-short",
            [0xef, 0xbb, 0xbf, .. "{ \"training\": { \"batch\": 32, }, // a comment\n \"data\": { \"source\": \"my\" } }"u8]);
        yield return ("config/good-utf-16", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("{ \"training\": { \"batch\": 32 } }")]);
        yield return ("config/good-utf-16-unmarked", Encoding.BigEndianUnicode.GetBytes("{ \"training\": { \"batch\": 32 } }"));
        yield return ("config/good-utf-32", [0xff, 0xfe, 0, 0, .. Encoding.UTF32.GetBytes("{ \"data\": { \"source\": \"é\" } }")]);
        yield return ("config/bad-version", """{"version": 1, "training": {"batch": 32}}"""u8.ToArray());
        yield return ("config/bad-version-1",
            Encoding.UTF8.GetBytes("""{"preset": "seed", "data": "mnist", "images": {}, "network": [],"""
                + """ "negatives": {"type": "noise"}, "optimizer": {"type": "adam"}}"""));
        yield return ("config/bad-utf-16", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("{ \"data\": { \"source\": \"a\" } }"), 0, 0xd8]);
        yield return ("config/bad-keys",
            Encoding.UTF8.GetBytes("""{"training": {"batch": 0, "bach": 1, "optimizer": {"type": "adamm"}}, "seed": -1,"""
                + """ "energy": {"layers": [null, 1, {}]}}"""));
        yield return ("config/bad-deep", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 500))));
        yield return ("config/bad-twice", """{"data": {"source": "a", "source": "b"}}"""u8.ToArray());
        yield return ("config/bad-text", [(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)'}']);
        yield return ("config/bad-surrogate", """{"data": {"source": "\ud800"}}"""u8.ToArray());
        yield return ("config/bad-list", "[]"u8.ToArray());
        yield return ("config/bad-many",
            Encoding.ASCII.GetBytes("{\"energy\": {\"layers\": [" + string.Join(',', Enumerable.Repeat("1", 2000)) + "]}}"));
    }

    private static IEnumerable<(string, byte[])> Metrics()
    {
        string header = Readers.MetricsFuzz.Header + "\n", row = "1,10,0.5,-1,-1.25,0.25,0.1,0.2,-3,0.1,3.1,NaN\n";
        yield return ("metrics/good-two", Encoding.ASCII.GetBytes(header + row + "2" + row[1..]));
        yield return ("metrics/good-windows", Encoding.ASCII.GetBytes((header + row).Replace("\n", "\r\n", StringComparison.Ordinal)));
        yield return ("metrics/bad-epoch", Encoding.ASCII.GetBytes(header + row + row));
        yield return ("metrics/bad-number", Encoding.ASCII.GetBytes(header + row.Replace("0.5", "1e999", StringComparison.Ordinal)));
        yield return ("metrics/bad-fields", Encoding.ASCII.GetBytes(header + "1,2,3\n"));
        yield return ("metrics/bad-header", "epoch,loss\n"u8.ToArray());
    }

    private static IEnumerable<(string, byte[])> Tars()
    {
        byte[] good = Tar(
            ("package/data/one", Ramp(700)), ("package/" + new string('x', 150) + "/two", Ramp(5)), ("skip", Ramp(600)),
            ("../../etc/three", Ramp(1)));
        yield return ("tar/good-four", good);
        yield return ("tar/good-empty", new byte[1024]);
        yield return ("tar/bad-cut", good[..1100]);
        yield return ("tar/bad-sum", [(byte)'x', .. good.AsSpan(1)]);
        yield return ("tar/bad-size", TarOf("77777777777"));
    }

    private static byte[] TarOf(string size)
    {
        byte[] header = new byte[512];
        "file"u8.CopyTo(header);
        Encoding.ASCII.GetBytes(size).CopyTo(header, 124);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0')).CopyTo(header, 148);
        return header;
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream stream = new();
        using (TarWriter tar = new(stream, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(content),
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
        }
        return stream.ToArray();
    }

    private static byte[] Model(string network, Shape shape)
    {
        using Device device = Device.Cpu(1);
        string config =
            ("""{"preset":"seed","data":{"source":"mnist"},"energy":{"layers":NETWORK},"objective":{"negatives":{"type":"noise"}},"""
                + """ "training":{"optimizer":{"type":"sgd"}}}""").Replace("NETWORK", network, StringComparison.Ordinal);
        RunConfig read = RunConfig.FromJson(
            (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(config)!, "The corpus");
        Network built = new(device, shape, ((NetworkEnergyOptions)read.Energy).Layers);
        built.Initialize(1);
        ImageFit fit = new() { Channels = shape.Channels, Height = shape.Height, Width = shape.Width };
        using Model model = new(
            new NetworkEnergy(built, StateSpace.Box(shape, 0, 1)), read, new ImageDataTransform((ImageDataOptions)read.Data, fit));
        string path = Path.GetTempFileName();
        model.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private static byte[] Described(byte[] model, string from, string to) => Readers.SafeTensorsFuzz.WithHeader(model, header =>
    {
        string text = Encoding.UTF8.GetString(header);
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    });

    private static byte[] Tensor(string header, int data) =>
        [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. Ramp(data)];

    private static byte[] Encoded(int channels)
    {
        using MemoryStream stream = new();
        PngFile.Encode(stream, new PngImage(7, 5, channels, Ramp(35 * channels)));
        return stream.ToArray();
    }

    private static byte[] Png(
        int width, int height, int depth, int color, byte[] rows, int interlace = 0, params (string Type, byte[] Data)[] before)
    {
        byte[] header = [.. Words(width, height), (byte)depth, (byte)color, 0, 0, (byte)interlace];
        return [.. PngChunks.Signature, .. Checksums.Chunk("IHDR"u8, header),
            .. before.SelectMany(chunk => Checksums.Chunk(Encoding.ASCII.GetBytes(chunk.Type), chunk.Data)),
            .. Checksums.Chunk("IDAT"u8, Checksums.Zlib(rows)), .. Checksums.Chunk("IEND"u8, [])];
    }

    private static byte[] Array(string type, bool fortran, string shape, byte[] body, byte version = 1) =>
        Header(Npy.Replace("TYPE", type, StringComparison.Ordinal).Replace("ORDER", fortran ? "True" : "False", StringComparison.Ordinal)
            .Replace("SHAPE", shape, StringComparison.Ordinal), body, version);

    private static byte[] Header(string header, byte[] body, byte version)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n"),
            length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. body];
    }

    private static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Words(params int[] words) => [.. words.SelectMany(word => Checksums.Big((uint)word))];

    /// <summary>0, 1, 2, …; if a row length is given, the first byte of each row is a filter from 0 to 4.</summary>
    private static byte[] Ramp(int count, int row = 0) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)(row > 0 && i % row == 0 ? i / row % 5 : i))];

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
