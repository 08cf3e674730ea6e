using Joule.Cli.Plots;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class PointLandscapeTests
{
    [Fact]
    public void The_truth_as_a_model_looks_like_the_truth()
    {
        using Device device = Device.Cpu(2);
        DataSets data = Open(standardize: false);
        Energy model = DrawnEnergies.Create("eight_gaussians");
        DensityDivergence divergence = DensityDivergence.Of(
            device, model, (DrawsTransform)data.Transform, data.Train, cancellation: TestContext.Current.CancellationToken);
        using Sheet sheet = new PointLandscape(device, data.Transform, data.Test).Draw("title", model, divergence, []);
        int different = 0;
        for (int y = 120; y < 500; y += 3)
        {
            for (int x = 70; x < 500; x += 3)
                different += Distance(sheet.Picture.GetPixel(x, y), sheet.Picture.GetPixel(x + MapPanel.Width, y)) > 40 ? 1 : 0;
        }
        // Its constant is that of the quadrature, so lines between bands may move by a pixel.
        Assert.InRange(different, 0, 250);
        Assert.StartsWith("KL(truth‖model) = ", PointLandscape.Summary(divergence), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_and_samples_come_below()
    {
        using Device device = Device.Cpu(2);
        DataSets data = Open(standardize: true);
        PointLandscape landscape = new(device, data.Transform, data.Test);
        GaussianEnergy model = new([0, 0], [1, 1]);
        using Sheet densities = landscape.Draw("title", model, null, []);
        using Sheet all = landscape.Draw("title", model, null, [0.5f, 0.5f, 100, 100]); // one of the samples lies outside
        Assert.True(all.Picture.Height > 1.6 * densities.Picture.Height);
        int row = densities.Picture.Height;
        SKColor orange = SKColor.Parse("#D55E00");
        Assert.True(Pixels.Count(all.Picture, 60, row, 510, all.Picture.Height, c => c.Blue > c.Red + 60) > 200);
        Assert.InRange(Pixels.Count(all.Picture, 580, row, 1040, all.Picture.Height, c => c.Red > c.Blue + 60), 4, 60);
    }

    private static int Distance(SKColor a, SKColor b) =>
        Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);

    private static DataSets Open(bool standardize) =>
        new DrawsDataOptions { Source = "eight_gaussians", Count = 2000, TestCount = 300, Standardize = standardize }
            .Open(new DataRequest(1, _ => { }));
}
