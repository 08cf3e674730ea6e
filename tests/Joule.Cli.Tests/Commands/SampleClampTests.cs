using Joule.Data;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule sample --clamp</c>: inpainting and imputation.</summary>
public sealed class SampleClampTests(TinyRun tiny, TableRun table) : IClassFixture<TableRun>
{
    private const int Side = TinyRun.Side, Padded = Side + 2;

    // The Riemannian sampler needs second derivatives, the flow a field from noise, and tilted chains a base; networks have none of them.
    public static TheoryData<string> Samplers => [.. SamplerChoice.Names.Except(["riemannian", "flow", "tilted"])];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_sampler_fills_the_white_part_and_leaves_the_rest_bit_for_bit(string sampler)
    {
        using TemporaryFolder folder = new();
        byte[] picture = Pictures(folder);
        (int code, string output, string error) = Run("sample", tiny.Run, "--clamp", folder.File("a.png"), "--mask", folder.File("m.png"),
            "--count", "5", "--steps", "4", "--sampler", sampler, "--out", folder.File("s.npy"), "--quiet");
        Assert.True(code == 0, error);
        Assert.Contains("5 samples after 4 steps", output, StringComparison.Ordinal);
        NpyArray samples = NpyFile.Read(folder.File("s.npy"));
        Assert.Equal([5, 1, Padded, Padded], samples.Shape);
        int drawn = 0;
        for (int i = 0; i < 5 * Padded * Padded; i++)
        {
            (int y, int x) = (i / Padded % Padded - 1, i % Padded - 1);
            bool isPadding = x < 0 || y < 0 || x >= Side || y >= Side;
            // The right half is free.
            if (isPadding || x < Side / 2)
                Assert.Equal(isPadding ? 0 : picture[y * Side + x] * (1 / 255f), samples.Floats![i]);
            else
                drawn += samples.Floats![i] != picture[y * Side + x] * (1 / 255f) ? 1 : 0;
        }
        Assert.True(drawn > 5 * Side * Side / 4, $"{drawn} pixels differ");
    }

    [Fact]
    public void Empty_cells_of_a_row_are_drawn_and_the_others_kept()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("row.csv"), "x,\"city, country\",n\n0.5,,\n");
        (int code, _, string error) = Run(
            "sample", table.Run, "--clamp", folder.File("row.csv"), "--count", "12", "--out", folder.File("s.csv"), "--quiet");
        Assert.True(code == 0, error);
        string[] rows = File.ReadAllText(folder.File("s.csv")).TrimEnd('\n').Split('\n');
        Assert.Equal("id,x,\"city, country\",n,same,kind", rows[0]);
        Assert.Equal(12, rows.Length - 1);
        Assert.All(rows.Skip(1), row => Assert.StartsWith(",0.5,", row, StringComparison.Ordinal));
        // The number that says that n is missing says no.
        Assert.All(rows.Skip(1), row => Assert.DoesNotContain(",,v1", row, StringComparison.Ordinal));
        Assert.True(rows.Skip(1).Distinct().Count() > 1);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using TemporaryFolder folder = new();
        Pictures(folder);
        PngFile.Write(folder.File("black.png"), new PngImage(Side, Side, 1, new byte[Side * Side]));
        File.WriteAllText(folder.File("rows.csv"), "x,\"city, country\",n\n1,,2\n1,,2\n");
        File.WriteAllText(folder.File("whole.csv"), "x,\"city, country\",n\n1,Rome,2\n");
        string picture = folder.File("a.png"), mask = folder.File("m.png");
        Refused("--mask FILE, white where it is free", tiny.Run, "--clamp", picture);
        Refused("it needs --clamp", tiny.Run, "--mask", mask);
        Refused("black.png is held fixed: nothing is left to draw", tiny.Run, "--clamp", picture, "--mask", folder.File("black.png"));
        Refused("--clamp draws the free part from noise: leave out --from data", tiny.Run, "--clamp", picture, "--from", "data");
        Refused("--film shows whole chains", tiny.Run, "--clamp", picture, "--mask", mask, "--film", folder.File("f.png"));
        Refused("rows.csv has 2 rows; it takes one", table.Run, "--clamp", folder.File("rows.csv"));
        Refused("whole.csv is held fixed: nothing is left to draw", table.Run, "--clamp", folder.File("whole.csv"));
        Refused("--mask is for images", table.Run, "--clamp", folder.File("whole.csv"), "--mask", mask);
    }

    private static byte[] Pictures(TemporaryFolder folder)
    {
        byte[] picture = new byte[Side * Side], mask = new byte[Side * Side];
        for (int i = 0; i < picture.Length; i++)
            (picture[i], mask[i]) = ((byte)(7 * i), (byte)(i % Side < Side / 2 ? 0 : 255));
        PngFile.Write(folder.File("a.png"), new PngImage(Side, Side, 1, picture));
        PngFile.Write(folder.File("m.png"), new PngImage(Side, Side, 1, mask));
        return picture;
    }

    private static void Refused(string expected, string model, params string[] line)
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = Run(["sample", model, .. line, "--out",
            folder.File(line.Any(l => l.EndsWith(".csv", StringComparison.Ordinal)) ? "s.csv" : "s.npy")]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Run(params string[] line) => JouleProgramTests.Invoke(line);
}
