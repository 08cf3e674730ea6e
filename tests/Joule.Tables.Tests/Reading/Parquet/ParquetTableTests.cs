using Parquet;
using Parquet.Schema;
using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class ParquetTableTests
{
    public static TheoryData<CompressionMethod> Packings =>
        new(CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip, CompressionMethod.Brotli, CompressionMethod.Zstd,
        CompressionMethod.Lz4Raw);

    [Theory]
    [MemberData(nameof(Packings))]
    public void Every_kind_of_column_is_read(CompressionMethod packing)
    {
        Table table = Read(ParquetBytes.Of(packing, 2,
            (new DataField<double>("d"), (double[])[1.5, -2, 3]),
            (new DataField<int?>("i"), (int?[])[7, null, 9]),
            (new DataField<string>("s"), (string?[])["a", null, "b, \"c\""]),
            (new DataField<bool>("b"), (bool[])[true, false, true]),
            (new DataField<long>("l"), (long[])[1L << 40, 2, 3]),
            (new DataField<float>("f"), (float[])[0.1f, float.NaN, 3]),
            (new DecimalDataField("m", 12, 3), (decimal[])[1.125m, 2m, -3m]),
            (new DateTimeDataField("day", DateTimeFormat.Date), (DateTime[])[Day(2020, 1, 1), Day(1970, 1, 2), Day(1969, 12, 31)]),
            (new DateTimeDataField("time", DateTimeFormat.DateAndTimeMicros),
                (DateTime[])[Day(2020, 1, 1).AddSeconds(1.5), Day(1970, 1, 1), Day(2000, 2, 29)])));
        Assert.Equal(6, table.RowCount);
        Assert.Equal([1.5, -2, 3, 1.5, -2, 3], DelimitedFileTests.Numbers(table, "d"));
        Assert.Equal([7, double.NaN, 9], DelimitedFileTests.Numbers(table, "i")[..3]);
        Assert.Equal(["a", "", "b, \"c\""], DelimitedFileTests.Texts(table, "s")[3..]);
        Assert.Equal(2, table.Find("s")!.MissingCount);
        Assert.Equal(["true", "false", "true"], DelimitedFileTests.Texts(table, "b")[..3]);
        Assert.Equal([1L << 40, 2, 3], DelimitedFileTests.Numbers(table, "l")[..3]);
        Assert.Equal([0.1f, double.NaN, 3], DelimitedFileTests.Numbers(table, "f")[..3]);
        Assert.Equal([1.125, 2, -3], DelimitedFileTests.Numbers(table, "m")[..3]);
        Assert.Equal(["2020-01-01", "1970-01-02", "1969-12-31"], Enumerable.Range(0, 3).Select(table.Find("day")!.Text));
        Assert.Equal(["2020-01-01T00:00:01.5Z", "1970-01-01T00:00:00Z", "2000-02-29T00:00:00Z"],
            Enumerable.Range(0, 3).Select(table.Find("time")!.Text));
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void Many_values_and_levels_are_read(CompressionMethod packing)
    {
        const int Count = 5_000;
        double?[] numbers = [.. Enumerable.Range(0, Count).Select(i => i % 7 == 0 ? null : (double?)Math.Sin(i))];
        string?[] texts = [.. Enumerable.Range(0, Count).Select(i => i % 11 == 0 ? null : $"level {i % 13}")];
        Table table = Read(ParquetBytes.Of(packing, 3, (new DataField<double?>("x"), numbers), (new DataField<string>("s"), texts)));
        Assert.Equal(Enumerable.Repeat(numbers.Select(n => n ?? double.NaN), 3).SelectMany(n => n), DelimitedFileTests.Numbers(table, "x"));
        Assert.Equal(Enumerable.Repeat(texts.Select(t => t ?? ""), 3).SelectMany(t => t), DelimitedFileTests.Texts(table, "s"));
    }

    [Fact]
    public void Given_types_override_the_stored_ones()
    {
        byte[] bytes = ParquetBytes.Of(CompressionMethod.Snappy, 1, (new DataField<int>("zip"), (int[])[123, 45]),
            (new DataField<string>("s"), (string?[])["x", "y"]));
        Assert.Equal(["123", "45"], DelimitedFileTests.Texts(DelimitedFileTests.Read(bytes, "t.parquet",
            new TableReading { TypeOf = _ => CellType.Text }), "zip"));
        Table some = DelimitedFileTests.Read(bytes, "t.parquet",
            new TableReading { TypeOf = name => name == "s" ? CellType.Skipped : CellType.Automatic });
        Assert.Equal(["s"], some.Skipped);
        Bad(bytes, "column \"s\" holds text, but it is read as numbers", new TableReading { TypeOf = _ => CellType.Number });
    }

    [Fact]
    public void A_file_that_is_not_a_table_is_refused_by_name()
    {
        Bad(ParquetBytes.Of(CompressionMethod.None, 1, (new DataField<byte[]>("raw"), (byte[]?[])[[1], [2]])),
            "column \"raw\" holds bytes");
        Bad(ParquetBytes.Of(CompressionMethod.None, 1, (new DataField<double>("x"), (double[])[1, double.NegativeInfinity])),
            "row 1, column \"x\": the value -Infinity is not finite");
        Bad(ParquetBytes.Of(CompressionMethod.None, 0, (new DataField<double>("x"), (double[])[1])), "the table has no rows");
        Bad("a,b\n1,2\n"u8.ToArray(), "this is a text, perhaps a table (CSV) (it does not start with PAR1)");
        byte[] good = Small();
        Bad(good[..^20], "does not end with PAR1; it is truncated");
        Bad(good[..8], "it is truncated");
        byte[] encrypted = [.. good];
        encrypted[^1] = (byte)'E';
        Bad(encrypted, "it is encrypted");
    }

    [Fact]
    public void Nested_columns_are_refused_by_name_and_can_be_left_out()
    {
        using MemoryStream stream = new();
        Serialization.Write(stream);
        Bad(stream.ToArray(), "column \"Tags\" holds lists, maps or structures");
        Table table = DelimitedFileTests.Read(stream.ToArray(), "t.parquet",
            new TableReading { TypeOf = name => name == "Tags" ? CellType.Skipped : CellType.Automatic });
        Assert.Equal([1.0, 2], DelimitedFileTests.Numbers(table, "Id"));
    }

    [Fact]
    public void A_changed_byte_gives_a_value_or_an_error_of_the_user()
    {
        byte[] good = Small();
        int refused = 0;
        for (int at = 0; at < good.Length; at++)
        {
            foreach (byte change in (byte[])[1, 0xFF])
            {
                byte[] bad = [.. good];
                bad[at] ^= change;
                try
                {
                    Read(bad);
                }
                catch (InvalidInputException error)
                {
                    Assert.StartsWith("t.parquet, ", error.Message, StringComparison.Ordinal);
                    refused++;
                }
            }
        }
        Assert.InRange(refused, good.Length / 3, 2 * good.Length);
    }

    private static byte[] Small() => ParquetBytes.Of(CompressionMethod.Snappy, 1,
        (new DataField<double>("x"), (double[])[1, 2, 3, 1, 2, 3, 1, 2]),
            (new DataField<string>("s"), (string?[])["a", "b", null, "a", "b", "a", "a", "b"]));

    private static DateTime Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);

    private static Table Read(byte[] bytes) => DelimitedFileTests.Read(bytes, "t.parquet");

    private static void Bad(byte[] bytes, string problem, TableReading? reading = null)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => DelimitedFileTests.Read(bytes, "t.parquet", reading));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("t.parquet, ", error.Message, StringComparison.Ordinal);
    }

    private static class Serialization
    {
        public static void Write(MemoryStream stream) => global::Parquet.Serialization.ParquetSerializer.SerializeAsync(
            new[] { new Nested { Id = 1, Tags = ["a", "b"] }, new Nested { Id = 2, Tags = ["c"] } }, stream).GetAwaiter().GetResult();
    }

    private sealed class Nested
    {
        public int Id { get; set; }

        public List<string>? Tags { get; set; }
    }
}
