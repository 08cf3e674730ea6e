using System.Globalization;
using System.IO.Compression;
using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tables.Tests.Streams;

/// <summary>Streams of rows against the reader of whole files, and rows that do not fit.</summary>
public sealed class RowStreamTests : IDisposable
{
    private const string Train = "id,x,colour,n,same\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-stream-").FullName;
    private readonly TableTransform _transform;

    public RowStreamTests()
    {
        StringBuilder text = new(Train);
        for (int i = 0; i < 60; i++)
            text.Append(CultureInfo.InvariantCulture, $"r{i},{i * 0.37:0.00},{Colour(i)},{(i % 7 == 2 ? "NA" : i % 5)},1\n");
        File.WriteAllText(At("train.csv"), text.ToString());
        Table table = TableFile.Read(At("train.csv"));
        _transform = TableTransform.Fit(table, [.. Enumerable.Range(0, 60)], new TableFitting());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("id,x,colour,n\nr1,1.5,red,2\nr2,-3e2,\"green, dark\",\nr3,?,\"say \"\"no\"\"\",4")]
    [InlineData("x,colour,n,same,id\r\n1,red,2,1,a\r\n\r\n 2 , red ,NaN,1,\"two\r\nlines\"\r\n")]
    [InlineData("n,colour,x,id\r1,red,2,a\r2,red,3,b")]
    [InlineData("n,colour,x,id\n1,\"red\" ,2,\" a\"\n,,,b\n\n")]
    public void A_stream_has_the_states_and_names_of_the_file(string text)
    {
        File.WriteAllText(At("t.csv"), text);
        Table table = TableFile.Read(At("t.csv"), _transform.Reading(new TableReading()));
        TableStateSet expected = _transform.Apply(table);
        byte[] bytes = File.ReadAllBytes(At("t.csv"));
        foreach (int piece in (int[])[1, 2, 7, 4096])
        {
            using RowStream rows = RowStream.Open(_transform, new Pieces(bytes, piece), "live");
            Compare(expected, All(rows), table);
        }
        using RowStream file = RowStream.Open(_transform, At("t.csv"));
        Compare(expected, All(file), table);
        File.WriteAllBytes(At("u.csv"), [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)]);
        using RowStream wide = RowStream.Open(_transform, At("u.csv"));
        Compare(expected, All(wide), table);
    }

    [Fact]
    public void A_long_packed_file_is_read_in_blocks()
    {
        StringBuilder text = new("n,colour,x,id\n");
        for (int i = 0; i < 5000; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i % 5},{Colour(i)},{i},r{i}\n");
        using (GZipStream packed = new(File.Create(At("t.csv.gz")), CompressionLevel.Fastest))
            packed.Write(Encoding.UTF8.GetBytes(text.ToString()));
        using RowStream rows = RowStream.Open(_transform, At("t.csv.gz"));
        RowBlock block = rows.NewBlock();
        Assert.True(rows.Fill(block));
        Assert.Equal((1024, true), (block.Count, block.IsFull));
        Assert.Equal(("r7", 7, 9), (block[7].Name, block[7].Index, block[7].Line));
        Assert.Equal(7, block[7].Cells.Span[0].Number);
        Assert.Equal(4976, All(rows).Count + 1000);
        Assert.Equal(5000, rows.Count);
        Assert.Empty(rows.Notes);
    }

    [Fact]
    public void A_live_stream_gives_what_has_arrived()
    {
        using RowStream rows = RowStream.Open(_transform, new Pieces("n,colour,x,id\n1,red,2,a\n1,red,3,b\n1,r"u8.ToArray(), 27), "live");
        RowBlock block = rows.NewBlock();
        Assert.True(rows.Fill(block));
        Assert.Equal(["a"], Enumerable.Range(0, block.Count).Select(i => block[i].Name)); // 27 bytes end within the second row
        Assert.True(rows.Fill(block));
        Assert.Equal(["b"], Enumerable.Range(0, block.Count).Select(i => block[i].Name));
        Assert.False(rows.Fill(block));
        Assert.Contains("the row ends after 2 cells", Assert.Single(All(block)).Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tall,red,1,a", "line 3, column 1 (\"x\"): \"tall\" is not a number, but the model's column holds numbers")]
    [InlineData("\"3,5\",red,1,a", "line 3, column 1 (\"x\"): \"3,5\" is a number with a comma")]
    [InlineData("1,mauve,1,a", "line 3, column 2 (\"colour\"): \"mauve\" is a level that the model does not know. It knows \"")]
    [InlineData("-inf,red,1,a", "line 3, column 1 (\"x\"): the value -inf is not finite")]
    [InlineData("1e999,red,1,a", "line 3, column 1 (\"x\"): the value 1e999 is not finite")]
    [InlineData("1,red", "line 3, column 3 (\"n\"): the row ends after 2 cells, but the header names 4 columns")]
    [InlineData("1,red,1,a,7", "line 3, column 5: the row has 5 cells, but the header names 4 columns")]
    [InlineData("1,re\"d,1,a", "line 3, column 2 (\"colour\"): there is a quote within a cell")]
    [InlineData("1,\"red\"x,1,a", "line 3, column 2 (\"colour\"): text follows the closing quote")]
    [InlineData("1,\"red,1,a", "line 3, column 2 (\"colour\"): the quote that opens this cell is never closed")]
    [InlineData("1,r\0d,1,a", "line 3, column 2 (\"colour\"): there is a NUL byte")]
    [InlineData("1,r\u00ffd,1,a", "line 3, column 2 (\"colour\"): the bytes are not valid UTF-8")] // Latin-1
    public void A_bad_row_is_named_and_the_stream_goes_on(string row, string problem)
    {
        byte[] bytes = Encoding.Latin1.GetBytes($"x,colour,n,id\n1,red,1,before\n{row}\n2,red,2,after\n");
        foreach (int piece in (int[])[1, 5, 4096])
        {
            using RowStream rows = RowStream.Open(_transform, new Pieces(bytes, piece), "live");
            List<Row> all = All(rows);
            Assert.Equal(3, all.Count);
            Assert.Equal(("before", "after"), (all[0].Name, all[2].Name));
            Assert.Equal([2, 3, 4], all.Select(r => r.Line));
            Assert.StartsWith("live, " + problem, all[1].Problem!.Message, StringComparison.Ordinal);
            Assert.Equal((null, null), (all[0].Problem, all[2].Problem));
        }
    }

    [Theory]
    [InlineData("{\"x\": \"1\", \"colour\": \"red\", \"n\": 1}",
        "line 2, column \"x\": \"1\" is a text, but the model's column holds numbers")]
    [InlineData("{\"x\": 1, \"colour\": \"mauve\", \"n\": 1}", "line 2, column \"colour\": \"mauve\" is a level")]
    [InlineData("{\"x\": 1, \"n\": 1}", "line 2, column \"colour\": the row has no value for \"colour\".")]
    [InlineData("{\"x\": 1, \"n\": 1, \"color\": \"red\"}",
        "line 2, column \"colour\": the row has no value for \"colour\". Did you mean it by \"color\"?")]
    [InlineData("{\"x\": 1, \"colour\": \"red\", \"n\": 1, \"y\": 2}", "line 2, column \"y\": the model has no column \"y\"")]
    [InlineData("{\"x\": 1, \"colour\": \"red\", \"n\": 1, \"x\": 2}", "line 2, column \"x\": the column is given twice")]
    [InlineData("{\"x\": [1], \"colour\": \"red\", \"n\": 1}", "line 2, column \"x\": the value is an object or a list")]
    [InlineData("{\"x\": 1e999, \"colour\": \"red\", \"n\": 1}", "line 2, column \"x\": the value 1e999 is not finite")]
    [InlineData("{\"x\": 1, \"colour\"", "line 2, character ")]
    [InlineData("{\"x\": 1, \"colour\": \"red\", \"n\": 1} {}", "line 2, character ")]
    [InlineData("[1, 2]", "line 2: the line is not a JSON object")]
    [InlineData("NaN", "line 2, character 1: this is not a JSON object")]
    [InlineData("{\"x\": 1, \"colour\": \"\\ud800\", \"n\": 1}", "line 2: a text has bytes that are not valid UTF-8")]
    public void A_bad_line_of_json_is_named_and_the_stream_goes_on(string line, string problem)
    {
        const string Good = "{\"n\": null, \"x\": 1.5, \"id\": \"a\", \"colour\": \"red\", \"same\": 1}";
        byte[] bytes = Encoding.UTF8.GetBytes($"{Good}\n{line}\n\n{Good}");
        foreach (int piece in (int[])[1, 4096])
        {
            using RowStream rows = RowStream.Open(
                _transform, new Pieces(bytes, piece), "live", new RowStreamOptions { Format = RowFormat.Ndjson });
            List<Row> all = All(rows);
            Assert.Equal([1, 2, 4], all.Select(r => r.Line));
            Assert.StartsWith("live, " + problem, all[1].Problem!.Message, StringComparison.Ordinal);
            Assert.Equal(("a", "a"), (all[0].Name, all[2].Name));
            Assert.Equal([1.5, "red", RowCell.Missing], all[0].Cells);
        }
    }

    [Fact]
    public void Unknown_columns_and_levels_are_accepted_on_request()
    {
        byte[] bytes = "x,colour,n,more,id\n1,mauve,1,2,a\n,red,1,2,b\n"u8.ToArray();
        Refused(new Pieces(bytes, 9), "line 1: the model has no column \"more\". Remove what it was not trained on");
        using RowStream rows = RowStream.Open(
            _transform, new Pieces(bytes, 9), "live", new RowStreamOptions { AcceptUnknown = true });
        Assert.All(All(rows), row => Assert.Null(row.Problem));
        Assert.Equal(
            [
                "1 column unknown to the model is not used: \"more\"",
                "column \"x\" has no value in 1 row, though every training row had one: the median replaces it",
                "column \"colour\" has a level unknown to the model in 1 row: it counts as none of the levels",
            ],
            rows.Notes);
    }

    [Fact]
    public void A_model_that_was_trained_on_rare_levels_takes_levels_that_it_does_not_know()
    {
        string text = "x,code\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i % 50},c{(i < 200 ? i % 70 : i % 3)}\n"));
        File.WriteAllText(At("rare.csv"), text);
        TableFitting fitting = new() { Columns = new Dictionary<string, string> { ["code"] = "categorical" } };
        TableTransform rare = TableTransform.Fit(TableFile.Read(At("rare.csv"), fitting.Reading(new TableReading())),
            [.. Enumerable.Range(0, 300)], fitting);
        using RowStream rows = RowStream.Open(rare, new Pieces("x,code\n1,new\n"u8.ToArray(), 99), "live");
        Assert.Null(Assert.Single(All(rows)).Problem);
        float[] state = new float[rare.Space.Width];
        rare.Read([1, "new"], state, acceptsUnknown: false);
        Assert.Equal(1, state[^1]); // none of these
    }

    [Fact]
    public void A_stream_of_another_schema_is_refused_as_a_whole()
    {
        Refused(new Pieces("X,colour,n\n"u8.ToArray(), 9), "line 1: the columns do not match the model: column \"x\" is missing (did you "
            + "mean \"X\", which the file has?)");
        Refused(new Pieces("x;colour;n\n1;red;2\n"u8.ToArray(), 9), "line 1: the line is a single cell, \"x;colour;n\", and the model "
            + "has 3 columns");
        Refused(new Pieces("x,,n\n"u8.ToArray(), 9), "line 1, column 2: the column has no name");
        Refused(new Pieces("x,n,x\n"u8.ToArray(), 9), "line 1, column 3: columns 1 and 3 are both called \"x\"");
        Refused(new Pieces("x,colour,n\n"u8.ToArray(), 9), "line 1, column 1: the header is the only line");
        Refused(new Pieces([], 9), "line 1: there is no line with text");
        Refused(new Pieces([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0], 99), "this is a gzipped file, but lines of text were expected");
        Assert.Equal([RowFormat.Csv, RowFormat.Tsv, RowFormat.Ndjson, RowFormat.Ndjson, null],
            ((string[])["a.CSV", "b.tsv.gz", "c.ndjson", "d.jsonl.gz", "e.parquet"]).Select(RowStream.FormatOf));
    }

    private static string Colour(int i) => (i % 4) switch { 0 => "red", 1 => "\"green, dark\"", 2 => "\"say \"\"no\"\"\"", _ => "blue" };

    private string At(string name) => Path.Combine(_folder, name);

    private void Refused(Stream stream, string problem)
    {
        using RowStream rows = RowStream.Open(_transform, stream, "live");
        string message = Assert.Throws<InvalidInputException>(() => All(rows)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    private void Compare(TableStateSet expected, List<Row> rows, Table table)
    {
        Assert.Equal(expected.Count, rows.Count);
        float[] state = new float[_transform.Space.Width], other = new float[_transform.Space.Width];
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Null(rows[i].Problem);
            expected.Read(i, other);
            _transform.Read(rows[i].Cells, state, acceptsUnknown: true);
            Assert.Equal(other, state);
            Assert.Equal(expected.RowName(i), rows[i].Name);
            Assert.Equal(table.Place(i), $"line {rows[i].Line}");
        }
    }

    private static List<Row> All(RowBlock block) =>
        [.. Enumerable.Range(0, block.Count).Select(i => block[i]).Select(r => new Row(r.Name, r.Line, r.Cells.ToArray(), r.Problem))];

    private static List<Row> All(RowStream rows)
    {
        List<Row> all = [];
        RowBlock block = rows.NewBlock();
        for (bool more = true; more;)
        {
            more = rows.Fill(block);
            all.AddRange(All(block));
        }
        return all;
    }

    private sealed record Row(string? Name, long Line, RowCell[] Cells, InvalidInputException? Problem);

    /// <summary>Bytes that arrive in pieces.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(piece, count));
    }
}
