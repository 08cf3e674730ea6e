namespace Joule.Gpu.Plans;

/// <summary>
/// The gradient of the weights of one linear map, or of a bias: for every channel of an anchor plane, every channel of a window plane and
/// every tap of a kernel, the sum over all chains and all pixels of the anchor of the product of the anchor's number and the window's, at
/// pixel Step · (the anchor's pixel) + tap − Padding. A convolution's anchor is the gradient of its outputs and its window is its inputs; a
/// transposed convolution exchanges the two. A dense layer is a convolution whose kernel covers its inputs. A bias has no window: its sums
/// are of the anchor alone.
/// </summary>
/// <param name="Anchor">What is read at each of its own pixels.</param>
/// <param name="Window">What is read around them; null: nothing, for a bias.</param>
/// <param name="Height">Rows of the kernel.</param>
/// <param name="Width">Columns of the kernel.</param>
/// <param name="Parameter">The index of the parameter of (anchor channel, window channel, row, column).</param>
internal sealed record WeightJob(Plane Anchor, Plane? Window, int Height, int Width, Func<int, int, int, int, int> Parameter)
{
    private const int MostSums = 28; // of a thread, in registers

    /// <summary>Pixels of the window from one pixel of the anchor to the next.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Pixels of the window that the first tap lies above and to the left.</summary>
    public int Padding { get; init; }

    /// <summary>
    /// A job of equal shape that is done before, whose sums belong to the same parameters: this one adds to them. Null: there is none.
    /// </summary>
    public WeightJob? Earlier { get; init; }

    /// <summary>Channels of the anchor in a tile: up to four, which follow each other in memory.</summary>
    public int AnchorChannels => Together(Anchor);

    /// <summary>Channels of the window in a tile.</summary>
    public int WindowChannels => Window is null ? 1 : Together(Window);

    /// <summary>Taps of a kernel's row in a tile: more than one if there are few channels.</summary>
    public int Taps
    {
        get
        {
            int taps = Math.Max(1, Math.Min(Width, Math.Min(8, MostSums / (AnchorChannels * WindowChannels))));
            if (AnchorChannels * WindowChannels > 4)
                return 1;
            while (Width % taps > 0)
                taps--;
            return taps;
        }
    }

    /// <summary>Groups of channels of the window.</summary>
    public int WindowQuads => Window?.Quads ?? 1;

    /// <summary>Tiles of a row of the kernel.</summary>
    public int TilesOfRow => Width / Taps;

    /// <summary>Tiles: a thread sums one. The window's channels run fastest, then taps, rows and the anchor's channels.</summary>
    public int Tiles => WindowQuads * TilesOfRow * Height * Anchor.Quads;

    /// <summary>Sums of a tile: (tap, anchor channel, window channel), the last one fastest.</summary>
    public int Sums => Taps * AnchorChannels * WindowChannels;

    /// <summary>Sums of a tile in groups of four, the last one padded.</summary>
    public int Quads => (Sums + 3) / 4;

    /// <summary>Floats of all sums, padding included.</summary>
    public int Floats => 4 * Quads * Tiles;

    /// <summary>The float of a block's sums with the first one. Group g of tile t lies at 4 · (g · <see cref="Tiles"/> + t).</summary>
    public int At { get; private set; } = -1;

    /// <summary>
    /// Lays out the sums behind those of other jobs: the index of each one's parameter, or <see cref="WeightSource.Zero"/> for padding.
    /// Those of an earlier job and of this one lie in the same place, which is laid out once.
    /// </summary>
    public void AddTargets(List<int> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (At >= 0)
            return;
        if (Earlier is { } earlier)
        {
            earlier.AddTargets(all);
            At = earlier.At;
            return;
        }
        At = all.Count;
        for (int quad = 0; quad < Quads; quad++)
        {
            for (int tile = 0; tile < Tiles; tile++)
            {
                for (int c = 0; c < 4; c++)
                    all.Add(Target(tile, 4 * quad + c));
            }
        }
    }

    private static int Together(Plane plane) => plane.IsScalar ? 1 : Math.Min(4, plane.Channels);

    private int Target(int tile, int sum)
    {
        int windowChannel = tile % WindowQuads * 4 + sum % WindowChannels, rest = tile / WindowQuads;
        int x = rest % TilesOfRow * Taps + sum / (WindowChannels * AnchorChannels), y = rest / TilesOfRow % Height;
        int anchorChannel = rest / TilesOfRow / Height * 4 + sum / WindowChannels % AnchorChannels;
        bool isInside = sum < Sums && anchorChannel < Anchor.Channels && windowChannel < (Window?.Channels ?? 1);
        return isInside ? Parameter(anchorChannel, windowChannel, y, x) : WeightSource.Zero;
    }
}
