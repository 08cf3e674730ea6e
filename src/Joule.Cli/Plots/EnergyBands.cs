using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>The bands of a filled contour picture: energies above a lowest one, in steps of a round number of nats.</summary>
internal sealed class EnergyBands
{
    private const int MostBands = 12;

    // From low to high energy: dark to light, of one hue, so that brightness alone tells the energy.
    private static readonly Color[] Stops =
    [
        Color.FromHex("#06304F"), Color.FromHex("#0B5C91"), Color.FromHex("#3F8FC0"), Color.FromHex("#8CBFDD"), Color.FromHex("#CFE3F0"),
        Color.FromHex("#F1F6FA"),
    ];

    private readonly SKColor[] _colours;

    /// <summary>Chooses bands.</summary>
    /// <param name="lowest">The energy of zero, in nats.</param>
    /// <param name="top">The energy above it that the bands reach at least, above 0.</param>
    public EnergyBands(double lowest, double top)
    {
        Lowest = lowest;
        Step = ValueTicks.Step(top / MostBands);
        Count = Math.Clamp((int)Math.Ceiling(top / Step - 1e-9), 1, MostBands);
        _colours =
        [
            .. Enumerable.Range(0, Count + 1).Select(i => ChainColours.At(Stops, (double)i / Count))
                .Select(c => new SKColor(c.R, c.G, c.B)),
        ];
    }

    /// <summary>The energy of zero.</summary>
    public double Lowest { get; }

    /// <summary>The height of a band, in nats.</summary>
    public double Step { get; }

    /// <summary>The number of bands. Above them is one more colour.</summary>
    public int Count { get; }

    /// <summary>The energy above the lowest where the bands end.</summary>
    public double Top => Count * Step;

    /// <summary>The band of an energy: 0 is the lowest, <see cref="Count"/> all above the bands; −1 if it is not a number.</summary>
    public int Of(double energy)
    {
        double band = Math.Floor((energy - Lowest) / Step);
        return double.IsNaN(band) ? -1 : (int)Math.Clamp(band, 0, Count);
    }

    /// <summary>The colour of a band.</summary>
    public SKColor Colour(int band) => band < 0 ? new SKColor(0xDD, 0xDD, 0xDD) : _colours[band];

    /// <summary>Paints a grid: its bands, with a darker line where two of them meet.</summary>
    public SKBitmap Paint(EnergyGrid grid, int width, int height)
    {
        SKColor[] pixels = new SKColor[width * height];
        int[] above = new int[width];
        for (int y = 0; y < height; y++)
        {
            int left = -1;
            for (int x = 0; x < width; x++)
            {
                int band = Of(grid[(x + 0.5) / width, 1 - (y + 0.5) / height]);
                bool edge = (x > 0 && band != left) || (y > 0 && band != above[x]);
                SKColor colour = Colour(band);
                pixels[y * width + x] = edge ? Darker(colour) : colour;
                left = above[x] = band;
            }
        }
        return new SKBitmap(width, height) { Pixels = pixels };
    }

    private static SKColor Darker(SKColor colour) =>
        new((byte)(colour.Red * 0.82), (byte)(colour.Green * 0.82), (byte)(colour.Blue * 0.82));
}
