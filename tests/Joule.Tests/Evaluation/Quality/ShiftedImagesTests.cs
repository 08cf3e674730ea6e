using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ShiftedImagesTests
{
    [Fact]
    public void The_edge_fills_the_gap_in_every_channel()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16], moved = new float[12]; // two channels of 2×3
        ImageShift.Run(image, moved, 2, 3, 1, -1);
        Assert.Equal([2f, 3, 3, 2, 3, 3, 12, 13, 13, 12, 13, 13], moved);
        ImageShift.Run(image, moved, 2, 3, 0, 0);
        Assert.Equal(image, moved);
    }

    [Fact]
    public void Every_row_has_its_own_shift_within_the_limit()
    {
        ImageSet images = Bars.Images("bars", 3, 1);
        using Device device = Device.Cpu(2);
        int[] order = [.. Enumerable.Range(0, 200).Select(i => i % 3)];
        float[] Drawn(int most, ulong step)
        {
            ShiftedImages shifted = new(device, images, most);
            Rows rows = TestRows.Empty(200, images.Length);
            shifted.Prepare(rows, order, new RandomStream(1, RandomPurpose.User, step));
            device.Launch(shifted);
            return rows.Span.ToArray();
        }
        float[] image = new float[images.Length], moved = new float[images.Length], all = Drawn(1, 0);
        HashSet<(int, int)> seen = [];
        for (int i = 0; i < 200; i++)
        {
            images.Read(order[i], image);
            for (int down = -1; down <= 1; down++)
            {
                for (int right = -1; right <= 1; right++)
                {
                    ImageShift.Run(image, moved, images.Height, images.Width, down, right);
                    if (moved.AsSpan().SequenceEqual(all.AsSpan(i * images.Length, images.Length)))
                        seen.Add((down, right));
                }
            }
        }
        Assert.Equal(9, seen.Count); // each is missed with a probability of (8/9)²⁰⁰ = 6·10⁻¹¹
        Assert.Equal(all, Drawn(1, 0));
        Assert.NotEqual(all, Drawn(1, 1));
        images.Read(1, image);
        Assert.Equal(image, Drawn(0, 0).AsSpan(images.Length, images.Length).ToArray());
    }
}
