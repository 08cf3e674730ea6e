using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class ScoreCommandTests(TinyRun tiny)
{
    [Fact]
    public void Every_image_has_a_row_and_samples_are_taken_as_they_are()
    {
        string[] lines = Lines("t10k-images-idx3-ubyte.gz");
        Assert.Equal("index,name,energy", lines[0]);
        Assert.Equal(TinyRun.TestCount + 1, lines.Length);
        Assert.StartsWith("3,t10k-images-idx3-ubyte.gz#3,", lines[4], StringComparison.Ordinal);
        // The same images with their padding, as `sample --out s.npy` writes states.
        using TemporaryFolder folder = new();
        Assert.Equal(0, JouleProgramTests.Invoke(
            "sample", tiny.Run, "--count", "16", "--from", "data", "--steps", "0", "--out", folder.File("s.npy")).Code);
        (int code, string output, _) = JouleProgramTests.Invoke("score", tiny.Run, folder.File("s.npy"), "--quiet");
        Assert.Equal(0, code);
        Assert.Equal(Energies(lines).Order(), Energies(output.TrimEnd('\n').Split('\n')).Order());
    }

    [Fact]
    public void Pictures_are_named_by_their_files_and_names_are_quoted()
    {
        using TemporaryFolder folder = new();
        PngFile.Write(folder.File("a.png"), new PngImage(TinyRun.Side, TinyRun.Side, 1, new byte[TinyRun.Side * TinyRun.Side]));
        PngFile.Write(folder.File("b, \"c\".png"), new PngImage(TinyRun.Side, TinyRun.Side, 1, new byte[TinyRun.Side * TinyRun.Side]));
        (int code, string output, _) = JouleProgramTests.Invoke("score", tiny.Run, folder.Path, "--quiet");
        Assert.Equal(0, code);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("0,a.png,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("1,\"b, \"\"c\"\".png\",", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void With_json_the_table_goes_to_its_file_alone()
    {
        using TemporaryFolder folder = new();
        string input = Path.Combine(tiny.Data, "t10k-images-idx3-ubyte.gz");
        (int code, string output, _) = JouleProgramTests.Invoke("score", tiny.Run, input, "--out", folder.File("e.csv"), "--json");
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        float[] energies = Energies(File.ReadAllText(folder.File("e.csv")).TrimEnd('\n').Split('\n'));
        Assert.Equal(TinyRun.TestCount, json.GetProperty("count").GetInt32());
        Assert.Equal(energies.Average(e => (double)e), json.GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal(energies.Max(), json.GetProperty("max").GetSingle());
        Assert.Equal(folder.File("e.csv"), json.GetProperty("out").GetString());
    }

    [Theory]
    [InlineData("e.png", "*.png")]
    [InlineData("e.ndjson", "*.ndjson")]
    [InlineData("energies", "a file without extension")]
    public void A_table_goes_to_no_other_ending(string name, string given)
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = JouleProgramTests.Invoke("score", tiny.Run, tiny.Data, "--out", folder.File(name));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"--out cannot write {given} ({folder.File(name)}); it writes *.csv.", error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File(name)));
    }

    [Fact]
    public void A_single_energy_has_no_standard_deviation()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("one.npy"), [1, TinyRun.Side, TinyRun.Side], Bytes(TinyRun.Images(1)));
        string[] line = ["score", tiny.Run, folder.File("one.npy"), "--out", folder.File("e.csv"), "--quiet"];
        string output = JouleProgramTests.Invoke(line).Output;
        Assert.Matches(@"e\.csv: 1 energy, -?[\d.]+\n", output);
        JsonElement json = JsonDocument.Parse(JouleProgramTests.Invoke([.. line, "--json"]).Output).RootElement;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("sd").ValueKind);
    }

    [Fact]
    public void An_archive_stands_for_its_test_images_and_an_array_is_chosen_by_name()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("images.npy"), [TinyRun.TestCount, TinyRun.Side, TinyRun.Side], Bytes(TinyRun.Images(TinyRun.TestCount)));
        using (ZipArchive archive = ZipFile.Open(folder.File("a.npz"), ZipArchiveMode.Create))
            foreach (string name in (string[])["x_train", "x_test"])
                archive.CreateEntryFromFile(folder.File("images.npy"), name + ".npy");
        float[] expected = Energies(Lines("t10k-images-idx3-ubyte.gz"));
        foreach ((string input, string source) in ((string, string)[])[("a.npz", "a.npz"), ("a.npz:x_train", "a.npz:x_train")])
        {
            (int code, string output, string error) = JouleProgramTests.Invoke("score", tiny.Run, folder.File(input), "--quiet");
            Assert.True(code == 0, error);
            string[] lines = output.TrimEnd('\n').Split('\n');
            Assert.StartsWith($"3,{source}#3,", lines[4], StringComparison.Ordinal);
            Assert.Equal(expected, Energies(lines));
        }
        (int refused, _, string message) = JouleProgramTests.Invoke("score", tiny.Run, folder.File("a.npz:x_tset"));
        Assert.Equal(ExitCodes.InvalidInput, refused);
        Assert.Contains("no array 'x_tset'. Did you mean 'x_test'?", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.png", "no PNG|PNG")]
    [InlineData("a.npy", "'<c8'")]
    [InlineData("images", "claims 2147483648 images")]
    [InlineData("more", "bytes follow after")]
    public void What_cannot_be_read_is_an_error(string name, string expected)
    {
        using TemporaryFolder folder = new();
        byte[] idx = File.ReadAllBytes(Path.Combine(tiny.Data, "train-images-idx3-ubyte"));
        byte[] huge = [.. idx];
        (huge[4], huge[5], huge[6], huge[7]) = (0x80, 0, 0, 0);
        File.WriteAllBytes(folder.File(name), name switch
        {
            "a.png" => "no picture"u8.ToArray(),
            "a.npy" =>
            [
                0x93, .. "NUMPY"u8, 1, 0, 70, 0, .. "{'descr': '<c8', 'fortran_order': False, 'shape': (1, 6, 6), }"u8.ToArray(),
                .. "        \n"u8, .. new byte[288],
            ],
            "images" => huge,
            _ => [.. idx, 0],
        });
        (int code, string output, string error) = JouleProgramTests.Invoke(
            "score", tiny.Run, name == "a.png" ? folder.Path : folder.File(name), "--out", folder.File("e.csv"));
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Matches(expected, error);
        Assert.False(File.Exists(folder.File("e.csv")));
    }

    private static byte[] Bytes(ImageSet images)
    {
        float[] values = new float[images.Count * images.Length];
        images.Read([.. Enumerable.Range(0, images.Count)], values);
        return [.. values.Select(value => (byte)MathF.Round(value * 255f))];
    }

    private string[] Lines(string file)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke("score", tiny.Run, Path.Combine(tiny.Data, file), "--quiet");
        Assert.True(code == 0, error);
        return output.TrimEnd('\n').Split('\n');
    }

    private static float[] Energies(string[] lines) =>
        [.. lines.Skip(1).Select(line => float.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))];
}
