using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class StateImagesTests
{
    [Fact]
    public void A_state_becomes_its_image_again()
    {
        ImageSet images = ImageSet.FromBytes("colour", 3, 2, 3, [.. Enumerable.Range(0, 36).Select(i => (byte)(7 * i))]);
        ImageStateSet set = new(images, new ImageTransform { Pad = 2, Low = -1, High = 1 });
        float[] states = new float[2 * set.Space.Width], image = new float[18], expected = new float[18];
        for (int i = 0; i < 2; i++)
            set.Read(i, states.AsSpan(i * set.Space.Width, set.Space.Width));
        using FakeDevice device = new();
        using DeviceBuffer memory = StateImages.Of(device, set, states, out Rows rows);
        for (int i = 0; i < 2; i++)
        {
            images.Read(i, expected);
            device.Download(rows.Slice(i, 1), image);
            Assert.Equal(TestRows.Doubles(expected), TestRows.Doubles(image), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void Values_beyond_black_and_white_are_cut()
    {
        ImageStateSet set = new(ImageSet.FromBytes("x", 1, 1, 3, new byte[3]), new ImageTransform());
        float[] image = new float[3];
        StateImages.Write(set.Space, set.Transform, [-0.5f, 0.25f, 3], image);
        Assert.Equal([0f, 0.25f, 1], image);
    }
}
