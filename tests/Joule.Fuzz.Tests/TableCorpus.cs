using System.Text;
using Joule.Tables;
using Parquet;
using Parquet.Schema;

namespace Joule.Fuzz.Tests;

/// <summary>Small tables, good and bad. See <see cref="CorpusTests"/>.</summary>
internal static class TableCorpus
{
    private const string Mixed = "id,age,city,\"a, b\",empty\n1,3.5,Rome,no,\n2,,\"Paris\",yes,\n3,-1e3,\"say "
        + "\"\"no\"\"\",no,\n4,7,Rome,?,\n5,8,\"two\nlines\",no,\n";

    /// <summary>The files and their names.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Files() => [.. Texts(), .. Archives(), .. ParquetFiles(), .. Fitted()];

    private static IEnumerable<(string, byte[])> Texts()
    {
        foreach ((string name, string text) in new[]
        {
            ("good-mixed", Mixed),
            ("good-windows", Mixed.Replace("\n", "\r\n", StringComparison.Ordinal)),
            ("good-one", "x\n1\n\n3\n"),
            ("good-numbers", string.Concat(Enumerable.Range(0, 40).Select(i => i == 0 ? "a,b,c\n"
                : $"{i},{i * i % 7},{Math.Sin(i):0.000}\n"))),
            ("bad-ragged", "a,b\n1,2\n3\n"),
            ("bad-long", "a,b\n1,2\n3,4,5\n"),
            ("bad-quote", "a,b\n1,\"2\n3,4\n"),
            ("bad-inner-quote", "a,b\n1,2\"3\n"),
            ("bad-after-quote", "a,b\n1,\"2\"3\n"),
            ("bad-nul", "a,b\n1,\0\n"),
            ("bad-header-alone", "a,b\n"),
            ("bad-names", "a,a\n1,2\n"),
            ("bad-no-name", "a,\n1,2\n"),
            ("bad-comma", "a,b\n1,\"3,5\"\n"),
            ("bad-infinity", "a,b\n1,inf\n"),
            ("bad-text", "a,b\n1,2\n1,x\n"),
            ("bad-separator", "a;b\n1;2\n"),
            ("bad-blank", "\n\n"),
            ("bad-page", "<html>\n"),
        })
        {
            yield return ($"table-csv/{name}", Encoding.UTF8.GetBytes(text));
        }
        yield return ("table-csv/good-utf-16", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Mixed)]);
        yield return ("table-csv/good-utf-8-mark", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Mixed)]);
        yield return ("table-csv/good-packed", Checksums.Gzip(Encoding.UTF8.GetBytes(Mixed)));
        yield return ("table-csv/bad-packed-cut", Checksums.Gzip(Encoding.UTF8.GetBytes(Mixed))[..^9]);
        yield return ("table-csv/bad-latin", [.. "a,b\n1,"u8, 0xE9, .. "\n"u8]);
        yield return ("table-csv/bad-binary", [0x89, .. "PNG\r\n"u8, 0x1a, 10, 0, 0, 0, 13]);
    }

    private static IEnumerable<(string, byte[])> Archives()
    {
        byte[] rows = Npy("<f8", "(6, 2)", [.. Enumerable.Range(0,
            12).SelectMany(i => BitConverter.GetBytes(i == 3 ? double.NaN : i / 3.0))]);
        byte[] labels = Npy("|u1", "(6,)", [0, 1, 0, 0, 1, 0]);
        yield return ("table-npz/good-labels", ZipBytes.Archive([ZipBytes.Stored("X.npy", rows), ZipBytes.Stored("y.npy", labels)]));
        yield return ("table-npz/good-alone", ZipBytes.Archive([ZipBytes.Deflated("X.npy", rows)]));
        yield return ("table-npz/good-bytes", ZipBytes.Archive([ZipBytes.Stored("X.npy", Npy("|u1", "(3, 2)", [1, 2, 3, 4, 5, 6]))]));
        yield return ("table-npz/bad-name", ZipBytes.Archive([ZipBytes.Stored("x.npy", rows)]));
        yield return ("table-npz/bad-shape", ZipBytes.Archive([ZipBytes.Stored("X.npy", labels)]));
        yield return ("table-npz/bad-count", ZipBytes.Archive([ZipBytes.Stored("X.npy", rows),
            ZipBytes.Stored("y.npy", Npy("|u1", "(2,)", [0, 1]))]));
        yield return ("table-npz/bad-claim", ZipBytes.Archive([ZipBytes.Stored("X.npy", Npy("<f8", "(600000000, 2)", new byte[96]))]));
        yield return ("table-npz/bad-infinity", ZipBytes.Archive([ZipBytes.Stored("X.npy",
            Npy("<f8", "(1, 1)", BitConverter.GetBytes(double.PositiveInfinity)))]));
    }

    private static IEnumerable<(string, byte[])> ParquetFiles()
    {
        foreach (CompressionMethod packing in (CompressionMethod[])[CompressionMethod.None, CompressionMethod.Snappy,
            CompressionMethod.Gzip, CompressionMethod.Zstd, CompressionMethod.Lz4Raw, CompressionMethod.Brotli])
        {
            // The library writes its version into a file, so another version may write other bytes.
            yield return ($"table-parquet/good-packed-{packing.ToString().ToLowerInvariant()}", Parquet(packing, 2, false));
        }
        yield return ("table-parquet/bad-packed-bytes", Parquet(CompressionMethod.None, 1, true));
        yield return ("table-parquet/bad-packed-cut", Parquet(CompressionMethod.None, 1, false)[..^5]);
        yield return ("table-parquet/bad-packed-empty", Parquet(CompressionMethod.None, 0, false));
        yield return ("table-parquet/bad-short", "PAR1PAR1"u8.ToArray());
        yield return ("table-parquet/bad-text", Encoding.UTF8.GetBytes(Mixed));
    }

    private static IEnumerable<(string, byte[])> Fitted()
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(-1, 41).Select(i =>
            i < 0 ? "id,x,far,level,gap,same,kind\n" : Row(i)))));
        TableFitting fitting = new() { Label = "kind" };
        Table table = TableFile.Read(stream, "t.csv", "t.csv", fitting.Reading(new TableReading()));
        string json = TableTransform.Fit(table, [.. Enumerable.Range(0, table.RowCount)], fitting).ToJson().ToJsonString();
        yield return ("table-fitted/good-every-kind", Encoding.UTF8.GetBytes(json));
        yield return ("table-fitted/bad-scale", Encoding.UTF8.GetBytes(json.Replace("\"scale\":", "\"scale\":-",
            StringComparison.Ordinal)));
        yield return ("table-fitted/bad-empty", "{\"columns\":[]}"u8.ToArray());
        yield return ("table-fitted/bad-key", "{\"columns\":[],\"rows\":1}"u8.ToArray());
    }

    private static string Row(int i)
    {
        string level = i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "", gap = i % 4 == 0 ? "" : $"{i % 6}";
        return $"{i},{i % 9},{(i == 7 ? 1e6 : i % 5)},{level},{gap},1,{i % 2}\n";
    }

    private static byte[] Npy(string type, string shape, byte[] body)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. body];
    }

    private static byte[] Parquet(CompressionMethod packing, int groups, bool withBytes) => Task.Run(async () =>
    {
        using MemoryStream bytes = new();
        DataField<double?> number = new("x");
        DataField<int> whole = new("n");
        DataField<string> text = new("s");
        DataField<bool> truth = new("b");
        DataField<byte[]> raw = new("raw");
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(withBytes ? [raw]
            : [number, whole, text, truth]), bytes, new ParquetOptions { CompressionMethod = packing }))
        {
            for (int g = 0; g < groups; g++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                if (withBytes)
                {
                    await group.WriteAsync(raw, (byte[]?[])[[1], [2]]);
                    continue;
                }
                await group.WriteAsync<double>(number, (double?[])[1.5, null, -2, 1.5, 7, null]);
                await group.WriteAsync<int>(whole, (int[])[1, 2, 2, 3, 2, 2]);
                await group.WriteAsync(text, (string?[])["a", "b", null, "a", "a", "b"]);
                await group.WriteAsync<bool>(truth, (bool[])[true, false, true, true, false, false]);
            }
        }
        return bytes.ToArray();
    }).GetAwaiter().GetResult();
}
