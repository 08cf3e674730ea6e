using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageSplitTests
{
    private const int Count = 70;

    // Image i has the brightness i/255, the label i and the name "i".
    private static readonly ImageSet Images = ImageSet.FromBytes(
        "all", 1, 1, 1, [.. Enumerable.Range(0, Count).Select(i => (byte)i)], [.. Enumerable.Range(0, Count).Select(i => $"{i}")],
        [.. Enumerable.Range(0, Count).Select(i => (byte)i)]);

    [Theory]
    [InlineData(0, 60, 10, 0)]
    [InlineData(0.1, 54, 10, 6)]
    [InlineData(0.001, 59, 10, 1)]
    [InlineData(0.999, 1, 10, 59)]
    public void Every_image_is_in_one_part_and_parts_keep_their_order(double share, int train, int test, int validation)
    {
        TrainTest sets = new ImageSplit(5, share).Share(new ImageParts("own", Images, null, null));
        Assert.Equal((train, test, validation), (sets.Train.Count, sets.Test.Count, sets.Validation?.Count ?? 0));
        Assert.Equal(Enumerable.Range(0, Count), Places(sets.Train).Concat(Places(sets.Test)).Concat(Places(sets.Validation)).Order());
        foreach (ImageSet? set in (ImageSet?[])[sets.Train, sets.Test, sets.Validation])
        {
            Assert.Equal(Places(set).Order(), Places(set));
            if (set is null)
                continue;
            Assert.Equal(Places(set).Select(i => $"{i}"), set.Names!);
            Assert.Equal(Places(set).Select(i => (byte)i), set.Labels!);
        }
        Assert.Equal((5UL, share > 0 ? 5UL : null), (sets.TestSeed, sets.ValidationSeed));
        DataSets states = new ImageDataOptions { Source = "own" }.Join(sets);
        Assert.Equal(states.Validation ?? states.Test, states.Judges);
    }

    [Fact]
    public void The_seed_decides_and_sorted_images_are_spread()
    {
        int[] Test(ulong seed) => Places(new ImageSplit(seed).Share(new ImageParts("own", Images, null, null)).Test);
        Assert.Equal(Test(1), Test(1));
        Assert.NotEqual(Test(1), Test(2));
        // Over 700 seeds every image is drawn 100 times on average, with a standard deviation of √(700 · 1/7 · 6/7) = 9.3.
        int[] drawn = new int[Count];
        for (ulong seed = 0; seed < 700; seed++)
        {
            foreach (int i in Test(seed))
                drawn[i]++;
        }
        Assert.All(drawn, n => Assert.InRange(n, 100 - 45, 100 + 45));
    }

    [Fact]
    public void Existing_sets_are_kept()
    {
        ImageParts own = new("own", Images.Slice(0, 40), Images.Slice(40, 10), Images.Slice(50, 20));
        TrainTest sets = new ImageSplit(1, 0.5).Share(own);
        Assert.Equal((40, 10, 20), (sets.Train.Count, sets.Test.Count, sets.Validation!.Count));
        Assert.Equal((null, null), (sets.TestSeed, sets.ValidationSeed));
        Assert.Equal("20 images of their own", sets.Report().Describe().Split("validated on ")[1].Split(';')[0]);
        ImageDataOptions options = new() { Source = "own" };
        Assert.NotEqual(options.Join(sets).Fingerprint(), options.Join(sets with { Validation = Images.Slice(49, 20) }).Fingerprint());
        Assert.Equal(20, new ImageSplit(1, 0.5).Share(own with { Validation = null }).Train.Count);
    }

    [Fact]
    public void Too_few_images_are_refused()
    {
        Refused.With(() => new ImageSplit(1).Share(new ImageParts("own", Images.Slice(0, 1), null, null)), "at least 3");
        Refused.With(
            () => new ImageSplit(1, 0.5).Share(new ImageParts("own", Images.Slice(0, 2), null, null)), "validation",
            "data.validation_share");
    }

    private static int[] Places(ImageSet? set) =>
        set is null ? [] : [.. Enumerable.Range(0, set.Count).Select(i => (int)MathF.Round(SmallImages.Values(set, i)[0] * 255))];
}
