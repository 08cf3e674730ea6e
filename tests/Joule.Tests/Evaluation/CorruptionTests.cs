using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class CorruptionTests
{
    private const int Height = 7, Width = 9, Plane = Height * Width;

    public static TheoryData<string> Names() => [.. Catalogue.Of(typeof(Corruption)).Select(c => c.Named.Name)];

    [Fact]
    public void The_documented_kinds_exist() =>
        Assert.Equal(
            ["black", "blur", "erased-row", "flipped", "grey", "half-contrast", "inverted", "one-pixel", "salt", "strong-blur"],
            Names().Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_are_brightness_and_depend_only_on_seed_and_position(string name)
    {
        float[] first = Apply(Of(name), Pixels(), 3), again = Pixels();
        Assert.All(first, v => Assert.InRange(v, 0f, 1f));
        Assert.NotEqual(Pixels(), first);
        Corruption used = Of(name);
        Apply(used, Pixels(), 0);
        Assert.Equal(first, Apply(used, again, 3));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_states_the_padding_stays_black_and_the_range_is_the_model_s(string name)
    {
        ImageSet images = ImageSet.FromFloats("made up", 3, Height, Width, [.. Pixels(), .. Pixels()]);
        ImageTransform plain = new(), padded = new() { Pad = 2, Low = -1, High = 1 };
        float[] inside = new float[3 * Plane], state = new float[3 * (Height + 4) * (Width + 4)];
        ImageStates.Corrupted(new ImageStateSet(images, plain), Of(name), 5)(1, inside);
        Assert.Equal(Apply(Of(name), Pixels(), 1), inside);
        Array.Fill(state, 9);
        ImageStates.Corrupted(new ImageStateSet(images, padded), Of(name), 5)(1, state);
        for (int c = 0; c < 3; c++)
            for (int y = -2; y < Height + 2; y++)
                for (int x = -2; x < Width + 2; x++)
                {
                    bool border = y < 0 || x < 0 || y >= Height || x >= Width;
                    float expected = border ? -1 : inside[c * Plane + y * Width + x] * 2 - 1;
                    Assert.Equal(expected, state[(c * (Height + 4) + y + 2) * (Width + 4) + x + 2]);
                }
    }

    [Fact]
    public void Black_is_black_and_one_pixel_is_one_white_pixel()
    {
        Assert.All(Apply(new BlackImage(), Pixels(), 0), v => Assert.Equal(0, v));
        HashSet<int> places = [];
        for (uint image = 0; image < 1000; image++)
        {
            float[] values = Apply(new OnePixelImage(), Pixels(), image);
            int[] white = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != 0)];
            // One position, in all three colours.
            Assert.Equal([white[0], white[0] + Plane, white[0] + 2 * Plane], white);
            Assert.All(white, i => Assert.Equal(1, values[i]));
            places.Add(white[0]);
        }
        // The probability that a thousand draws miss one of the 63 positions is below 63·e^(−1000/63) < 10⁻⁵.
        Assert.Equal(Plane, places.Count);
    }

    [Fact]
    public void Salt_turns_a_fiftieth_of_the_pixels_white()
    {
        int white = 0;
        for (uint image = 0; image < 1000; image++)
        {
            float[] before = Pixels(), after = Apply(new SaltImage(), Pixels(), image);
            for (int pixel = 0; pixel < Plane; pixel++)
            {
                bool changed = after[pixel] != before[pixel];
                white += changed ? 1 : 0;
                for (int c = 0; c < 3; c++)
                    Assert.Equal(changed ? 1 : before[c * Plane + pixel], after[c * Plane + pixel]);
            }
        }
        // 63,000 draws; five standard errors.
        const int n = 1000 * Plane;
        Assert.Equal(0.02, white / (double)n, 5 * Math.Sqrt(0.02 * 0.98 / n));
    }

    [Fact]
    public void Half_contrast_halves_inverted_turns_round_and_flipped_mirrors()
    {
        float[] before = Pixels();
        Assert.Equal(before.Select(v => v / 2), Apply(new HalfContrastImage(), Pixels(), 0));
        Assert.Equal(before.Select(v => 1 - v), Apply(new InvertedImage(), Pixels(), 0));
        float[] flipped = Apply(new FlippedImage(), Pixels(), 0);
        for (int row = 0; row < 3 * Height; row++)
            Assert.Equal(before[(row * Width)..((row + 1) * Width)].Reverse(), flipped[(row * Width)..((row + 1) * Width)]);
        Assert.Equal(before, Apply(new FlippedImage(), flipped, 0));
    }

    [Fact]
    public void A_blurred_point_is_a_bell_and_a_blurred_surface_stays()
    {
        float[] flat = new float[Plane], point = new float[Plane];
        Array.Fill(flat, 0.75f);
        point[3 * Width + 4] = 1;
        Assert.All(Apply(new BlurredImage(), flat, 0, 1), v => Assert.Equal(0.75f, v, 1e-6));
        float[] bell = Apply(new BlurredImage(), point, 0, 1);
        double sum = Enumerable.Range(-4, 9).Sum(k => Math.Exp(-0.5 * k * k));
        // The point is 3 rows from the border. Its blur is an unchanged bell except in the outermost rows.
        for (int x = 0; x < Width; x++)
            for (int y = 1; y < Height - 1; y++)
                Assert.Equal(Math.Exp(-0.5 * ((x - 4) * (x - 4) + (y - 3) * (y - 3))) / (sum * sum), bell[y * Width + x], 1e-6);
    }

    [Fact]
    public void A_strong_blur_is_a_bell_of_two_pixels()
    {
        const int side = 21;
        float[] point = new float[side * side];
        point[10 * side + 10] = 1;
        new StrongBlurImage().Apply(new CorruptedImage(point, 1, side, side, new RandomStream(5, RandomPurpose.Corruptions, 0), 0));
        double sum = Enumerable.Range(-8, 17).Sum(k => Math.Exp(-k * k / 8.0));
        for (int y = 2; y < side - 2; y++)
            for (int x = 2; x < side - 2; x++)
                Assert.Equal(Math.Exp(-((x - 10) * (x - 10) + (y - 10) * (y - 10)) / 8.0) / (sum * sum), point[y * side + x], 1e-6);
    }

    [Fact]
    public void Grey_goes_through_all_greys()
    {
        Assert.All(Apply(new GreyImage(), Pixels(), 51), v => Assert.Equal(0.2f, v));
        float[] greys = [.. Enumerable.Range(0, 256).Select(i => Apply(new GreyImage(), Pixels(), (uint)i)[0])];
        Assert.Equal((0f, 1f, 256), (greys.Min(), greys.Max(), greys.Distinct().Count()));
        Assert.Equal(greys[3], Apply(new GreyImage(), Pixels(), 259)[0]);
    }

    [Fact]
    public void A_row_is_erased_that_is_bright_and_every_such_row_can_be()
    {
        HashSet<int> erased = [];
        for (uint image = 0; image < 200; image++)
        {
            float[] before = new float[Plane];
            Array.Fill(before, 0.1f);
            foreach (int y in new[] { 1, 2, 5 })
                before[y * Width + 4] = y == 2 ? 0.5f : 0.9f;
            float[] after = Apply(new ErasedRowImage(), (float[])before.Clone(), image, 1);
            int[] changed = [.. Enumerable.Range(0, Height).Where(y => after[y * Width + 4] != before[y * Width + 4])];
            Assert.Single(changed);
            Assert.All(after[(changed[0] * Width)..((changed[0] + 1) * Width)], v => Assert.Equal(0, v));
            erased.Add(changed[0]);
        }
        // The probability that 200 draws miss one of the three rows is below 3·(2/3)²⁰⁰ < 10⁻³⁴.
        Assert.Equal([1, 2, 5], erased.Order());
        Assert.All(Apply(new ErasedRowImage(), new float[Plane], 0, 1), v => Assert.Equal(0, v));
    }

    private static Corruption Of(string name) =>
        (Corruption)Activator.CreateInstance(Catalogue.Of(typeof(Corruption)).Single(c => c.Named.Name == name).Type)!;

    private static float[] Pixels()
    {
        float[] pixels = new float[3 * Plane];
        new RandomStream(8, RandomPurpose.User, 0).FillUniform(pixels, 0, 0, 0.9f);
        return pixels;
    }

    private static float[] Apply(Corruption corruption, float[] pixels, uint image, int channels = 3)
    {
        corruption.Apply(new CorruptedImage(pixels, channels, Height, Width, new RandomStream(5, RandomPurpose.Corruptions, 0), image));
        return pixels;
    }
}
