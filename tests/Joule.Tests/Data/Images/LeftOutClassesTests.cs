using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class LeftOutClassesTests
{
    [Fact]
    public void Training_and_validation_images_of_the_classes_are_gone_and_test_images_stay()
    {
        TrainTest all = Sets(), left = all.LeaveOut([1, 3]);
        Assert.Equal([0, 2, 4, 0, 2, 4], left.Train.Labels!.Select(l => (int)l));
        Assert.Equal([0, 2], left.Validation!.Labels!.Select(l => (int)l));
        Assert.Same(all.Test, left.Test);
        Assert.Same(all, all.LeaveOut([]));
    }

    [Theory]
    [InlineData("class 7", 7)]
    [InlineData("class -1", 1, -1)]
    [InlineData("leaves no training image", 0, 1, 2, 3, 4)]
    public void Classes_that_do_not_fit_are_refused(string message, params int[] classes) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Sets().LeaveOut(classes)).Message);

    [Fact]
    public void A_configuration_lists_them()
    {
        ImageDataOptions options = OptionsJson.Read<ImageDataOptions>(
            System.Text.Json.Nodes.JsonNode.Parse("""{"type":"images","source":"mnist","leave_out_classes":[4,9]}""")!, "It");
        Assert.Equal([4, 9], options.LeaveOutClasses);
        Assert.Equal(options, options with { LeaveOutClasses = [4, 9] });
    }

    [Fact]
    public void Images_without_labels_have_no_classes()
    {
        ImageSet bare = ImageSet.FromBytes("bare", 1, 1, 1, [1, 2]);
        Assert.Contains("no labels", Assert.Throws<InvalidInputException>(() => new TrainTest(bare, bare, "bare").LeaveOut([1])).Message);
    }

    // Image i has label i mod 5.
    private static TrainTest Sets() => new(Set("train", 10), Set("test", 5), "own") { Validation = Set("validation", 4) };

    private static ImageSet Set(string name, int count) => ImageSet.FromBytes(
        name, 1, 1, 1, new byte[count], null, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 5))]);
}
