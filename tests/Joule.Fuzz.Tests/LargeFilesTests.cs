using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Joule.Data;
using Joule.Fuzz.Tests.Readers;
using Xunit;

namespace Joule.Fuzz.Tests;

/// <summary>
/// Files designed to take the most memory or time, which mutations of small files do not find. The rules are those of the fuzz.
/// </summary>
public sealed class LargeFilesTests
{
    private static readonly Dictionary<string, (FuzzTarget Reader, Func<byte[]> Make, bool IsGood)> Files = new()
    {
        ["gzip of 80,000 black images"] = (new IdxGzipFuzz(), () => Gzip([0, 0, 8, 3, .. Words(80_000, 28, 28), .. new byte[80_000 * 784]]),
            true),
        ["gzip of 90,000 black images"] = (new IdxGzipFuzz(), () => Gzip([0, 0, 8, 3, .. Words(90_000, 28, 28), .. new byte[90_000 * 784]]),
            false),
        ["gzip of one image and 100 MB"] = (new IdxGzipFuzz(), () => Gzip([0, 0, 8, 3, .. Words(1, 28, 28), .. new byte[100_000_000]]),
            false),
        ["PNG of 4096×4096 bits"] = (new PngFuzz(), () => Black(4096, 4096, 1, 0, 0), true),
        ["PNG of 4096×4096 bits, interlaced"] = (new PngFuzz(), () => Black(4096, 4096, 1, 0, 1), true),
        ["PNG of 4096×4096 with alpha, 16 bits, interlaced"] = (new PngFuzz(), () => Black(4096, 4096, 16, 6, 1), false),
        ["PNG of 2048×4000 with alpha, 16 bits, interlaced"] = (new PngFuzz(), () => Black(2048, 4000, 16, 6, 1), true),
        ["PNG of 4096×4096 with palette"] = (new PngFuzz(), () => Black(4096, 4096, 8, 3, 0), true),
        ["PNG of 16384×16384"] = (new PngFuzz(), () => Black(16384, 16384, 1, 0, 0), false),
        ["PNG of a million empty chunks"] = (new PngFuzz(),
            () => [.. PngChunks.Signature, .. Checksums.Chunk("IHDR"u8, [.. Words(2, 1), 8, 0, 0, 0, 0]),
                .. Repeated(Checksums.Chunk("IDAT"u8, []), 1_000_000)], false),
        ["folder of 40 pictures of 2048×2048"] = (new PngFolderFuzz(), () => Repeated(Prefixed(Black(2048, 2048, 8, 0, 0)), 40), false),
        ["folder of 7 pictures of 2048×2048"] = (new PngFolderFuzz(), () => Repeated(Prefixed(Black(2048, 2048, 8, 0, 0)), 7), true),
        ["safetensors of 65,000 tensors"] = (new SafeTensorsFuzz(), () => Tensors(65_000), true),
        ["safetensors of 300,000 tensors"] = (new SafeTensorsFuzz(), () => Tensors(300_000), false),
        ["safetensors with a name of 15 MB"] = (new SafeTensorsFuzz(),
            () => Header("{\"" + new string('a', 15_000_000) + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"), true),
        ["safetensors with metadata of 15 MB"] = (new SafeTensorsFuzz(),
            () => Header("{\"__metadata__\":{\"a\":\"" + string.Concat(Enumerable.Repeat("\\u0041", 2_500_000)) + "\"}}"), true),
        ["safetensors with a million metadata"] = (new SafeTensorsFuzz(),
            () => Header("{\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(i => $"\"{i:x}\":\"\"")) + "}}"),
            false),
        ["safetensors with five million dimensions"] = (new SafeTensorsFuzz(),
            () => Header(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + string.Join(',', Enumerable.Repeat("1", 5_000_000))
                    + "],\"data_offsets\":[0,1]}}"), false),
        ["safetensors with a header of 17 MiB"] = (new SafeTensorsFuzz(), () => Header("{}" + new string(' ', 17 << 20)), false),
        ["configuration of a million numbers"] = (new ConfigFuzz(),
            () => Text("{\"energy\":{\"layers\":[" + string.Join(',', Enumerable.Repeat("1", 500_000)) + "]}}"), false),
        ["configuration of 49,000 numbers"] = (new ConfigFuzz(),
            () => Text("{\"energy\":{\"layers\":[" + string.Join(',', Enumerable.Repeat("1", 49_000)) + "]}}"), false),
        ["configuration of 9,000 layers"] = (new ConfigFuzz(),
            () => Text("{\"energy\":{\"layers\":[" + string.Join(',', Enumerable.Repeat("{\"type\":\"relu\"}", 9_000)) + "]}}"), true),
        ["configuration of 20,000 wrong keys"] = (new ConfigFuzz(),
            () => Text("{" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"training{i}\":0")) + "}"), false),
        ["configuration with a key of 1 MB"] = (new ConfigFuzz(), () => Text("{\"" + new string('a', 1_000_000) + "\":0}"), false),
        ["configuration with a type of 1 MB"] = (new ConfigFuzz(),
            () => Text("{\"training\":{\"optimizer\":{\"type\":\"" + new string('a', 1_000_000) + "\"}}}"), false),
        ["configuration with a number of 1 MB"] = (new ConfigFuzz(), () => Text("{\"seed\":" + new string('1', 1_000_000) + "}"), false),
        ["table of 300,000 short rows"] = (new MetricsFuzz(),
            () => Text(MetricsFuzz.Header + "\n" + string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i},0,0,0,0,0,0,0,0,0,0,0\n"))),
            true),
        ["table with a line of 8 million commas"] = (new MetricsFuzz(), () => Text(MetricsFuzz.Header + "\n" + new string(',', 8_000_000)),
            false),
        ["table of 8 million empty lines"] = (new MetricsFuzz(), () => Text(MetricsFuzz.Header + new string('\n', 8_000_000)), false),
        ["table with a number of 8 MB"] = (new MetricsFuzz(),
            () => Text(MetricsFuzz.Header + "\n1,0," + new string('9', 8_000_000) + ",0,0,0,0,0,0,0,0,0\n"), false),
        ["table whose header has 8 MB"] = (new MetricsFuzz(), () => Text(new string('a', 8_000_000)), false),
        ["CSV of 600,000 digits in one column"] = (new CsvTableFuzz(),
            () => Text("a\n" + string.Concat(Enumerable.Range(0, 600_000).Select(i => $"{i * 7 % 10}\n"))), true),
        ["CSV of 150,000 different texts"] = (new CsvTableFuzz(),
            () => Text("a,b\n" + string.Concat(Enumerable.Range(0, 150_000).Select(i => $"{i:x}x,{i % 3}\n"))), true),
        ["CSV of two million empty lines"] = (new CsvTableFuzz(), () => Text("a,b" + new string('\n', 2_000_000)), false),
        ["CSV with a line of 4 million commas"] = (new CsvTableFuzz(), () => Text(new string(',', 4_000_000)), false),
        ["CSV with a cell of 8 MB"] = (new CsvTableFuzz(), () => Text("a,b\n1," + new string('9', 8_000_000)), false),
        ["gzipped CSV that unpacks to 40 MB"] = (new CsvTableFuzz(), () => Gzip(Text("a,b\n" + new string('\n', 40_000_000))), false),
        ["NPZ table of 80 MB of zeros"] = (new NumpyTableFuzz(), () => Npz(("X", NpyBytes("<f8", "(1000000, 10)", new byte[80_000_000]))),
            false),
        ["array of 40 MB in the order of Fortran"] = (new NpyFuzz(), () => Npy("<f4", "(100, 100, 1000)", true, 0.5f, 10_000_000), true),
        ["array of 40 MB with 32 dimensions"] = (new NpyFuzz(),
            () => Npy("<f4", "(" + string.Concat(Enumerable.Repeat("1, ", 31)) + "10000000)", true, 0.5f, 10_000_000), false),
        ["array with a type of 60 kB"] = (new NpyFuzz(), () => Npy(new string('x', 60_000), "(1,)", false, 0, 1), false),
        ["NPZ of 80,000 black images"] = (new NpzFuzz(), () => Npz(("a", NpyBytes("|u1", "(80000, 28, 28)", new byte[80_000 * 784]))),
            true),
        ["NPZ of 90,000 black images"] = (new NpzFuzz(), () => Npz(("a", NpyBytes("|u1", "(90000, 28, 28)", new byte[90_000 * 784]))),
            false),
        ["NPZ of 50,000 and 50,000 black images"] = (new NpzFuzz(),
            () => Npz(("train", NpyBytes("|u1", "(50000, 784)", new byte[50_000 * 784])),
                ("test", NpyBytes("|u1", "(50000, 784)", new byte[50_000 * 784]))), false),
        ["NPZ of 64 MB of floats"] = (new NpzFuzz(), () => Npz(("a", Npy("<f4", "(16000, 1000)", false, 0.5f, 16_000_000))), true),
        ["NPZ of 40 and 20 MB of doubles in the order of Fortran"] = (new NpzFuzz(),
            () => Npz(("train", NpyBytes("<f8", "(100, 10, 5000)", new byte[40_000_000], fortran: true)),
                ("test", NpyBytes("<f8", "(50, 10, 5000)", new byte[20_000_000], fortran: true))), true),
        ["NPZ of 30 MB of halves"] = (new NpzFuzz(), () => Npz(("a", NpyBytes("<f2", "(1500, 100, 100)", new byte[30_000_000]))), true),
        ["NPZ of 40 MB of halves"] = (new NpzFuzz(), () => Npz(("a", NpyBytes("<f2", "(2000, 100, 100)", new byte[40_000_000]))), false),
        ["array of 64 MB, one colour picture, channels last"] = (new NpyFuzz(),
            () => Npy("<f4", "(1, 2000, 2666, 3)", false, 0.5f, 2000 * 2666 * 3), true),
        ["array of 80 MB of whole numbers of 64 bits"] = (new NpyFuzz(),
            () => NpyBytes("<i8", "(1000, 100, 100)", new byte[80_000_000], fortran: true), true),
        ["gzip of 8 million doubles"] = (new IdxGzipFuzz(), () => Gzip([0, 0, 14, 3, .. Words(800, 100, 100), .. new byte[64_000_000]]),
            true),
        ["gzip of 20 million short numbers"] = (new IdxGzipFuzz(),
            () => Gzip([0, 0, 11, 3, .. Words(2000, 100, 100), .. new byte[40_000_000]]), false),
        ["configuration of 1 MB in UTF-16"] = (new ConfigFuzz(),
            () => [0xff, 0xfe, .. Encoding.Unicode.GetBytes("{\"data\":{\"source\":\"" + new string('€', 500_000) + "\"}}")], true),
        ["NPZ of one small array and 100 MB"] = (new NpzFuzz(),
            () => ZipBytes.Archive(
                [ZipBytes.Packed("a.npy", [.. NpyBytes("|u1", "(1, 2)", [1, 2]), .. new byte[100_000_000]]) with { Length = 90 }]), false),
        ["NPZ of a thousand arrays with headers of 60 kB"] = (new NpzFuzz(),
            () => Npz([.. Enumerable.Range(0, 1000).Select(i => ($"{i}", NpyBytes("|u1", "(1, 2)" + new string(' ', 60_000), [1, 2])))]),
            false),
        ["NPZ of 1,024 arrays, x_train and x_test the last, with a long comment"] = (new NpzFuzz(),
            () => Commented(Npz([.. Enumerable.Range(0, 1022).Select(i => ($"{i}", Array.Empty<byte>())),
                .. new[] { "x_train", "x_test" }
                    .Select(name => (name, NpyBytes("|u1", "(40000, 784)" + new string(' ', 60_000), new byte[40_000 * 784])))])), true),
        ["NPZ of 1,025 arrays"] = (new NpzFuzz(), () => Npz([.. Enumerable.Range(0, 1025).Select(i => ($"{i}", Array.Empty<byte>()))]),
            false),
        ["NPZ of 60,000 arrays"] = (new NpzFuzz(), () => Npz([.. Enumerable.Range(0, 60_000).Select(i => ($"{i}", Array.Empty<byte>()))]),
            false),
        ["NPZ with names of 60 kB"] = (new NpzFuzz(), () => Npz((new string('a', 60_000), []), (new string('b', 60_000), [])), false),
        ["zip of 20 MB without a directory"] = (new NpzFuzz(), () => [.. "PK\x03\x04"u8, .. Repeated("PK\x05\x06"u8.ToArray(), 5_000_000)],
            false),
        ["model of four million pixels"] = (new ModelFuzz(), () => Model(2048, [(1, 5), (5, 1)], 1, 10), true),
        ["model of 4,000 convolutions"] = (new ModelFuzz(), () => Model(16, [(1, 5), .. Enumerable.Repeat((5, 5), 4000)], 1, 100_005),
            false),
        ["model of 60 convolutions with strides of 64"] = (new ModelFuzz(),
            () => Model(2048, [(1, 5), .. Enumerable.Repeat((5, 5), 60)], 64, 1505), false),
        ["archive of 2,000 empty entries without an end"] = (new TarFuzz(), () => Repeated(Tar(), 2000), false),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_and_time_stay_within_the_rules(string name)
    {
        (FuzzTarget reader, Func<byte[]> make, bool isGood) = Files[name];
        FuzzRun run = new(reader, FuzzSettings.FromEnvironment);
        run.Run(make());
        Assert.Equal(isGood, run.Values > 0);
    }

    private static byte[] Black(int width, int height, int depth, int color, int interlace)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            // Every row starts with its filter. Black rows without a filter are all zeros, so they can be cut anywhere.
            long samples = color switch { 6 => 4, _ => 1 };
            byte[] block = new byte[1 << 16];
            for (long left = (1 + ((width * samples * depth) + 7) / 8) * height + (interlace == 1 ? 8L * height : 0); left > 0;
                left -= block.Length)
                zlib.Write(block, 0, (int)Math.Min(left, block.Length));
        }
        return [.. PngChunks.Signature,
            .. Checksums.Chunk("IHDR"u8, [.. Words(width, height), (byte)depth, (byte)color, 0, 0, (byte)interlace]),
            .. color == 3 ? Checksums.Chunk("PLTE"u8, [1, 2, 3]) : [], .. Checksums.Chunk("IDAT"u8, packed.ToArray()),
            .. Checksums.Chunk("IEND"u8, [])];
    }

    private static byte[] Tensors(int count) =>
        Header("{"
            + string.Join(',', Enumerable.Range(0, count)
                .Select(i => $"\"{i:x}\":{{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[{i},{i + 1}]}}")) + "}", count);

    private static byte[] Header(string header, int data = 0) =>
        [.. BitConverter.GetBytes((long)header.Length), .. Text(header), .. new byte[data]];

    // Convolutions with 1×1 kernels; those with a stride are branches that each read the full image.
    private static byte[] Model(int side, (int Channels, int Outputs)[] convolutions, int stride, int weights)
    {
        string Convolution(int outputs, int step) =>
            $"{{\"type\":\"conv\",\"outputs\":{outputs},\"kernel\":1,\"stride\":{step},\"bias\":false}}";
        string paths = string.Join(',', convolutions.Skip(1).Select(c => $"[{Convolution(c.Outputs, stride)}]"));
        IEnumerable<string> layers = stride == 1
            ? convolutions.Select(c => Convolution(c.Outputs, 1))
            : [Convolution(convolutions[0].Outputs, 1), $"{{\"type\":\"branches\",\"paths\":[{paths}]}}"];
        string description =
            $"{{\"version\":2,\"transform\":{{\"channels\":1,\"height\":{side},\"width\":{side}}},"
            + $"\"config\":{{\"preset\":\"a\",\"data\":{{\"source\":\"mnist\"}},"
            + $"\"energy\":{{\"layers\":[{string.Join(',', layers)},{{\"type\":\"sum\"}}]}}}}}}";
        int at = 0;
        IEnumerable<string> tensors = convolutions.Select((c, i) =>
            $"\"{i}.weight\":{{\"dtype\":\"F32\",\"shape\":[{c.Outputs},{c.Channels},1,1],"
            + $"\"data_offsets\":[{at},{at += 4 * c.Channels * c.Outputs}]}}");
        return Header(
            $"{{\"__metadata__\":{{\"joule\":{JsonSerializer.Serialize(description)}}},{string.Join(',', tensors)}}}", 4 * weights);
    }

    private static byte[] Npy(string type, string shape, bool fortran, float value, int count)
    {
        byte[] text = Text($"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 2, 0, .. BitConverter.GetBytes(text.Length), .. text, .. Repeated(BitConverter.GetBytes(value), count)];
    }

    private static byte[] NpyBytes(string type, string shape, byte[] body, bool fortran = false) =>
        [.. Npy(type, shape, fortran, 0, 0), .. body];

    private static byte[] Npz(params (string Name, byte[] Content)[] arrays) =>
        ZipBytes.Archive([.. arrays.Select(array => ZipBytes.Packed(array.Name + ".npy", array.Content))]);

    private static byte[] Commented(byte[] archive) => [.. archive.AsSpan(0, archive.Length - 2), 0xff, 0xff, .. new byte[0xffff]];

    private static byte[] Tar()
    {
        byte[] header = new byte[512];
        header[0] = (byte)'a';
        Text("00000000000").CopyTo(header, 124);
        header.AsSpan(148, 8).Fill((byte)' ');
        Text(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0')).CopyTo(header, 148);
        return header;
    }

    private static byte[] Prefixed(byte[] picture) => [.. Words(picture.Length), .. picture];

    private static byte[] Repeated(byte[] bytes, int count)
    {
        byte[] all = new byte[bytes.Length * count];
        for (int i = 0; i < count; i++)
            bytes.CopyTo(all, i * bytes.Length);
        return all;
    }

    private static byte[] Gzip(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Words(params int[] words) => [.. words.SelectMany(word => Checksums.Big((uint)word))];
}
