using System.Globalization;
using System.IO.Compression;
using System.Text;
using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tables.Tests.Imputation;

/// <summary>Filled tables: what is drawn, and that nothing else changes.</summary>
public sealed class TableImputationTests : IDisposable
{
    private const int Rows = 240;
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-impute-").FullName;
    private readonly Device _device = Device.Cpu(2);
    private readonly TableTransform _transform;
    private readonly FittedEnergy _energy;

    public TableImputationTests()
    {
        StringBuilder text = new("id,x,y,colour,same\n");
        for (int i = 0; i < Rows; i++)
        {
            double x = Math.Sin(1.7 * i);
            string cells = string.Create(CultureInfo.InvariantCulture, $"r{i},{x:R},{10 + 2 * x + 0.1 * Math.Cos(3.1 * i):R}");
            text.Append(cells).Append(x > 0 ? ",red" : ",\"blue, dark\"").Append(",7\n");
        }
        Write("train.csv", text.ToString());
        Table table = TableFile.Read(At("train.csv"));
        int[] all = [.. Enumerable.Range(0, Rows)];
        _transform = TableTransform.Fit(table, all, new TableFitting { Scaling = "linear" });
        _energy = (FittedEnergy)new SmoothMaximumOptions
        {
            Energies = [new TreeOptions(), new NeighboursOptions { Rows = 256 }],
        }.Create(_device, _transform.Space);
        _energy.Fit(_transform.Apply(table), 1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Missing_cells_are_filled_and_all_others_keep_their_bytes()
    {
        // A byte order mark, spaces, quotes, an unknown column, two kinds of line ends, a blank line, and no end of the last line.
        const string before = "\uFEFFy , note,x,id,colour,same\r\n ,\" a \"\"b\"\"\",0.5,\"q\",red,\n 9.00 ,,NA,,\"blue, dark\",7\r\n\r\n9.1,,-0.45,1,?,7";
        string after = Fill("holes.csv", before, 0, out int cells);
        string y = Cell(after, 1, 0), x = Cell(after, 2, 2);
        Assert.Equal(11, Number(y), 0.6);
        Assert.Equal(-0.5, Number(x), 0.3);
        Assert.Equal($"\uFEFFy , note,x,id,colour,same\r\n{y},\" a \"\"b\"\"\",0.5,\"q\",red,7\n 9.00 ,,{x},,\"blue, dark\",7\r\n\r\n"
            + "9.1,,-0.45,1,\"blue, dark\",7", after);
        Assert.Equal(4, cells); // the column "same" has one value in all training rows
        Assert.Equal(after, Fill("holes2.csv", before, 0, out _));
    }

    [Fact]
    public void Draws_follow_one_another_and_are_spread_as_the_column()
    {
        const int draws = 40;
        string text = Fill("draws.csv", "id,x,y,colour,same\na,0.5,,red,7\nb,0.1,10.2,red,7\n", draws, out _);
        string[][] lines = [.. text.TrimEnd('\n').Split('\n').Select(line => line.Split(','))];
        Assert.Equal(1 + 2 * draws, lines.Length);
        Assert.Equal("draw", lines[0][5]);
        double[] values = [.. lines.Skip(1).Where(l => l[0] == "a").Select(l => Number(l[2]))];
        Assert.Equal(Enumerable.Range(1, draws), lines.Skip(1).Where(l => l[0] == "b").Select(l => int.Parse(l[5], CultureInfo.InvariantCulture)));
        Assert.All(lines.Skip(1).Where(l => l[0] == "b"), l => Assert.Equal("10.2", l[2]));
        Assert.True(values.Distinct().Count() > 10);
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        // y = 10 + 2·0.5 with noise of deviation 0.07, and kernels and copulas that smooth a column of deviation 1.4 by about a third.
        Assert.Equal(11, mean, 0.6);
        Assert.InRange(deviation, 0.05, 0.7);
    }

    [Fact]
    public void Gzipped_text_decimal_commas_and_arrays_are_written_as_text()
    {
        using (FileStream file = File.Create(At("packed.csv.gz")))
        using (GZipStream packed = new(file, CompressionLevel.Fastest))
            packed.Write("x,y,colour\n0.5,,red\n"u8);
        string text = Written(_transform, "packed.csv.gz", 0, out _);
        Assert.StartsWith("x,y,colour\n0.5,1", text, StringComparison.Ordinal);
        TableTransform commas = _transform.With(new TableReading { Separator = ';', Decimal = ',' });
        Write("commas.csv", "x;y;colour\n0,5;;red\n");
        text = Written(commas, "commas.csv", 0, out _);
        Assert.Matches("^x;y;colour\n0,5;1[01],[0-9]+;red\n$", text);
    }

    [Fact]
    public void A_column_draw_and_a_bad_number_of_draws_are_refused()
    {
        Assert.Contains("numbered in a column of that name", Assert.Throws<InvalidInputException>(
            () => Fill("draw.csv", "x,y,colour,draw\n0.5,,red,1\n", 2, out _)).Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 1000", Assert.Throws<InvalidInputException>(
            () => Fill("many.csv", "x,y,colour\n0.5,,red\n", 1001, out _)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _energy.Dispose();
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Cell(string text, int line, int cell) => text.Split('\n')[line].Split(',')[cell];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text) => File.WriteAllText(At(name), text, new UTF8Encoding(false));

    private string Fill(string name, string text, int draws, out int cells)
    {
        Write(name, text);
        return Written(_transform, name, draws, out cells);
    }

    private string Written(TableTransform transform, string name, int draws, out int cells)
    {
        TableStateSet states = (TableStateSet)transform.Open(At(name), new(1, _ => { }));
        TableImputation imputation = TableImputation.Run(_device, _energy, states, draws, 1,
            cancellation: TestContext.Current.CancellationToken);
        using MemoryStream output = new();
        cells = CompletedTable.Write(output, At(name), imputation);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
