using System.IO.Compression;
using System.Text;
using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class DelimitedFileTests
{
    [Fact]
    public void Numbers_text_and_missing_values_are_read()
    {
        Table table = Csv("age,city\n3.5,Rome\n,\"Paris\"\nNA,n/a\n-1e3,Rome\n");
        Assert.Equal(["age", "city"], table.Columns.Select(c => c.Name));
        Assert.Equal([3.5, double.NaN, double.NaN, -1000], Numbers(table, "age"));
        Assert.Equal(["Rome", "Paris", "", "Rome"], Texts(table, "city"));
        Assert.Equal(2, table.Find("age")!.MissingCount);
        Assert.Equal(1, table.Find("city")!.MissingCount);
        Assert.Equal(["Rome", "Paris"], ((TextColumn)table.Find("city")!).Levels);
    }

    [Fact]
    public void Quoted_fields_may_hold_separators_line_ends_and_quotes()
    {
        Table table = Csv("a,b\n\"x, y\",1\n\"two\nlines\",2\n\"say \"\"no\"\"\",3\n\"\",4\n");
        Assert.Equal(["x, y", "two\nlines", "say \"no\"", ""], Texts(table, "a"));
        Assert.Equal([1.0, 2, 3, 4], Numbers(table, "b"));
        Assert.Equal(["line 2", "line 3", "line 5", "line 6"], Enumerable.Range(0, 4).Select(table.Place));
    }

    [Theory]
    [InlineData("a,b\r\n1,x\r\n2,y\r\n")]
    [InlineData("a,b\r1,x\r2,y")]
    [InlineData("a,b\n\n1,x\n\n2,y\n\n")]
    [InlineData("a, b\n 1 , x \n2, \"y\" \n")]
    public void Line_ends_blank_lines_and_spaces_do_not_matter(string text)
    {
        Table table = Csv(text);
        Assert.Equal([1.0, 2], Numbers(table, "a"));
        Assert.Equal(["x", "y"], Texts(table, "b"));
    }

    [Fact]
    public void Lines_are_counted_through_every_kind_of_line_end() =>
        Assert.Equal(["line 3", "line 5", "line 6", "line 7"],
            Enumerable.Range(0, 4).Select(Csv("a,b\r\n\r\n1,\"\r\n\"\n2,y\r3,z\n4,u").Place));

    [Fact]
    public void Many_blank_lines_are_left_out_and_counted()
    {
        // More than a block of the reader, which takes them out before the parser; a column of its own keeps them.
        string blank = new('\n', 100_000);
        Table table = Csv($"a,b\n{blank}1,x\n\n{blank}2,y\n{blank}");
        Assert.Equal([1.0, 2], Numbers(table, "a"));
        Assert.Equal(["line 100002", "line 200004"], Enumerable.Range(0, 2).Select(table.Place));
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Csv($"a,b\n{blank}1,x\n{blank}2\n"));
        Assert.Contains("line 200003", error.Message, StringComparison.Ordinal);
        Assert.Equal(100_002, Csv($"a\n1\n{blank}2\n").RowCount);
    }

    [Fact]
    public void Every_encoding_with_a_byte_order_mark_is_read_and_utf_16_without_one()
    {
        const string Text = "größe,city\n1,Köln\n2,東京\n";
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode,
            Encoding.BigEndianUnicode, Encoding.UTF32, new UTF32Encoding(true, true)])
        {
            Table table = Read([.. encoding.Preamble, .. encoding.GetBytes(Text)]);
            Assert.Equal(["Köln", "東京"], Texts(table, "city"));
            Assert.Equal("größe", table.Columns[0].Name);
        }
        Assert.Equal(["Köln", "東京"], Texts(Read(Encoding.Unicode.GetBytes("size,city\n1,Köln\n2,東京\n")), "city"));
    }

    [Fact]
    public void Characters_at_block_boundaries_are_read()
    {
        string rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},é{i}😀\n"));
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(false), Encoding.Unicode])
        {
            Table table = Read([.. encoding.Preamble, .. encoding.GetBytes("n,t\n" + rows)]);
            Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"é{i}😀"), Texts(table, "t"));
        }
    }

    [Fact]
    public void Gzip_is_unpacked()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write("a\n1\n2\n"u8);
        Assert.Equal([1.0, 2], Numbers(Read(packed.ToArray(), "t.csv.gz"), "a"));
        Bad("a\n1\n", "content is not gzipped", name: "t.csv.gz");
        for (int length = 12; length < packed.Length; length++)
            Bad(packed.ToArray()[..length], "damaged or truncated", name: "t.csv.gz");
    }

    [Fact]
    public void A_tab_separates_tsv_and_a_separator_can_be_named()
    {
        Assert.Equal([2.0], Numbers(Read("a\tb\n1\t2\n"u8.ToArray(), "t.tsv"), "b"));
        Assert.Equal([2.5], Numbers(Csv("a;b\n1;2,5\n", new TableReading { Separator = ';', Decimal = ',' }), "b"));
        Assert.Equal([2.0], Numbers(Read("a;b\n1;2\n"u8.ToArray(), "t.txt", new TableReading { Separator = ';' }), "b"));
        Bad("a;b\n1;2\n", "does not imply a separator", name: "t.txt");
    }

    [Fact]
    public void Without_a_header_columns_are_numbered()
    {
        Table table = Csv("1,x\n2,y\n", new TableReading { Header = false });
        Assert.Equal(["c0", "c1"], table.Columns.Select(c => c.Name));
        Assert.Equal([1.0, 2], Numbers(table, "c0"));
    }

    [Fact]
    public void Quotes_can_be_text() => Assert.Equal(["5\" disk"], Texts(Csv("a\n5\" disk\n", new TableReading { Quotes = false }), "a"));

    [Fact]
    public void Given_types_override_the_inferred_ones()
    {
        Table table = Csv("zip,b,c\n00123,1,x\n45,2,y\n",
            new TableReading { TypeOf = name => name switch { "zip" => CellType.Text, "c" => CellType.Skipped, _ => CellType.Automatic } });
        Assert.Equal(["00123", "45"], Texts(table, "zip"));
        Assert.Null(table.Find("c"));
        Assert.Equal(["c"], table.Skipped);
    }

    [Fact]
    public void A_single_column_may_have_blank_cells() => Assert.Equal([1.0, double.NaN, 2], Numbers(Csv("a\n1\n\n2\n"), "a"));

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "line 3, column 2 (\"b\"): the row ends after 1 cell, but the header names 2 columns")]
    [InlineData("a,b\n1,2\n3,4,5\n", "line 3, column 3: the row has 3 cells, but the header names 2 columns")]
    [InlineData("a,b\n3,5,1\n", "If numbers have decimal commas, as in 3,5, write points")]
    [InlineData("a,b\n1,\"2\n3,4\n", "line 2, column 2 (character 3 of the line): the quote that opens this cell is never closed")]
    [InlineData("a,b\n1,x\"y\"\n", "line 2, column 2 (character 4 of the line): there is a quote within a cell")]
    [InlineData("a,b\n1,\"x\"y\n", "line 2, column 2 (character 6 of the line): text follows the closing quote")]
    [InlineData("a,b\n1,\0\n", "line 2, column 2 (character 3 of the line): there is a NUL byte")]
    [InlineData("a,b\n", "line 1, column 1: the header is the only line; no row follows")]
    [InlineData("a,b,a\n1,2,3\n", "line 1, column 3: columns 1 and 3 are both called \"a\"")]
    [InlineData("a,,c\n1,2,3\n", "line 1, column 2: the column has no name")]
    [InlineData("a,b\n1,\"3,5\"\n", "line 2, column 2 (\"b\"): \"3,5\" is a number with a comma. Write numbers with a decimal point (3.5)")]
    [InlineData("a,b\n1,2\n1,inf\n", "line 3, column 2 (\"b\"): the value inf is not finite")]
    [InlineData("a,b\n1,2\n1,1e999\n", "line 3, column 2 (\"b\"): the value 1e999 is not finite")]
    [InlineData("a;b\n1;2\n", "the header is a single cell, \"a;b\", with ',' as the separator. If ';' is the separator: --set "
        + "data.separator=;.")]
    [InlineData("\n\n", "line 1: the file has no line with text")]
    public void Bad_tables_say_line_and_column(string text, string problem) => Bad(text, problem);

    [Fact]
    public void Text_in_line_40000_of_a_column_of_numbers_is_named()
    {
        StringBuilder text = new("id,age\n");
        for (int line = 2; line <= 50_000; line++)
            text.Append(line).Append(',').Append(line == 40_000 ? "unknown" : "7").Append('\n');
        JouleException error = Bad(text.ToString(),
            "line 40000, column 2 (\"age\"): \"unknown\" is not a number, but the cells above it are numbers");
        Assert.Equal(text.ToString().IndexOf("40000,", StringComparison.Ordinal), ((InvalidInputException)error).Offset);
        Assert.Equal(49_999, Csv(text.ToString(), new TableReading { Missing = ["unknown"] }).RowCount);
    }

    [Fact]
    public void A_field_of_two_gibibytes_is_refused_without_reading_all_of_it()
    {
        foreach (string start in (string[])["a,b\n1,\"", "a,b\n1,"])
        {
            Endless stream = new(start, 2L << 30);
            long before = GC.GetAllocatedBytesForCurrentThread();
            InvalidInputException error = Assert.Throws<InvalidInputException>(() =>
                TableFile.Read(stream, "t.csv", "t.csv", new TableReading()));
            Assert.Contains("line 2, column 2", error.Message, StringComparison.Ordinal);
            Assert.Contains("more than 100,000 characters", error.Message, StringComparison.Ordinal);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
            Assert.True(stream.Given < 1 << 20);
        }
    }

    [Fact]
    public void A_file_that_unpacks_endlessly_is_refused()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write("a,b\n"u8);
            byte[] lines = new byte[1 << 20];
            lines.AsSpan().Fill((byte)'\n');
            for (int i = 0; i < 40; i++)
                gzip.Write(lines);
        }
        Bad(packed.ToArray(), "unpacks to more than", name: "t.csv.gz");
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused_with_their_line()
    {
        Bad([.. "a,b\n1,K"u8, 0xF6, .. "ln\n"u8], "line 2, column 2 (character 4 of the line): the bytes are not valid UTF-8");
        Bad([0x89, .. "PNG\r\n"u8, 0x1a, 10, 0, 0], "this is a PNG picture");
        Bad([.. "PAR1"u8, 0, 1, 2, 3], "this is a Parquet table");
        Bad("<html><body>404</body></html>", "a web page");
    }

    [Fact]
    public void A_file_name_that_is_not_a_table_s_is_refused() =>
        Bad("a,b\n1,2\n", ".csv, .tsv, .txt (each also with .gz), .parquet, .npy and .npz can be read", name: "t.dat");

    internal static Table Csv(string text, TableReading? reading = null) => Read(Encoding.UTF8.GetBytes(text), "t.csv", reading);

    internal static Table Read(byte[] bytes, string name = "t.csv", TableReading? reading = null)
    {
        using MemoryStream stream = new(bytes);
        return TableFile.Read(stream, name, name, reading ?? new TableReading());
    }

    internal static double[] Numbers(Table table, string name) => Assert.IsType<NumberColumn>(table.Find(name)).Values.ToArray();

    internal static string[] Texts(Table table, string name) =>
        [.. Enumerable.Range(0, table.RowCount).Select(Assert.IsType<TextColumn>(table.Find(name)).Text)];

    private static InvalidInputException Bad(string text, string problem, string name = "t.csv") =>
        Bad(Encoding.UTF8.GetBytes(text), problem, name);

    private static InvalidInputException Bad(byte[] bytes, string problem, string name = "t.csv")
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Read(bytes, name));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(name + ", ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Offset >= 0);
        return error;
    }

    /// <summary>A stream that repeats one letter.</summary>
    private sealed class Endless(string start, long length) : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => Given; set => Given = value; }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, length - Given);
            for (int i = 0; i < count; i++)
                buffer[i] = Given + i < start.Length ? (byte)start[(int)Given + i] : (byte)'x';
            Given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
