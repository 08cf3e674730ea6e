using Joule.Data;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class LabelledImagesTests
{
    private static readonly ImageTransform Plain = new();

    [Fact]
    public void Classes_are_those_of_the_training_images()
    {
        ImageSet train = ImageSet.FromBytes("a", 1, 1, 2, new byte[24], null, [7, 3, 7, 3, 7, 3, 7, 3, 7, 3, 7, 3]);
        ImageSet test = ImageSet.FromBytes("b", 1, 1, 2, new byte[6], null, [3, 5, 7]);
        LabelledImages images = LabelledImages.Of(new ImageStateSet(train, Plain), new ImageStateSet(test, Plain));
        Assert.Equal(["3", "7"], images.Classes);
        Assert.Equal([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0], images.TrainClasses.ToArray());
        Assert.Equal([0, -1, 1], images.TestClasses.ToArray()); // no training image is of class 5
        Assert.Equal(2, images.Shape.Length);
        Assert.Equal(2, images.HeldOut.Count); // a sixth
        Assert.Equal(Enumerable.Range(0, 12), images.HeldOut.Concat(images.FittedOn).Order());
    }

    [Fact]
    public void Data_that_no_classifier_can_learn_from_are_refused()
    {
        ImageStateSet good = new(Bars.Images("good", 12, 1), Plain), bare = new(Bars.Images("bare", 12, 1, labelled: false), Plain);
        Assert.Contains("bare has none", Problem(bare, good), StringComparison.Ordinal);
        Assert.Contains("bare has none", Problem(good, bare), StringComparison.Ordinal);
        ImageStateSet same = new(ImageSet.FromBytes("same", 1, 1, 1, new byte[12], null, new byte[12]), Plain);
        Assert.Contains("at least 2 classes", Problem(same, good), StringComparison.Ordinal);
        ImageStateSet one = new(Bars.Images("one", 1, 1), Plain);
        Assert.Contains("2 test images", Problem(good, one), StringComparison.Ordinal);
        Assert.Contains("12 training images", Problem(one, good), StringComparison.Ordinal);
        ArrayStates rows = new("rows", StateSpace.Real(Shape.Vector(1)), [[1], [2], [3]]);
        Assert.Contains("labelled images only", Problem(rows, rows), StringComparison.Ordinal);

        static string Problem(StateSet train, StateSet test) =>
            Assert.Throws<InvalidInputException>(() => LabelledImages.Of(train, test)).Message;
    }

    [Fact]
    public void The_fingerprint_sees_pixels_classes_and_the_text()
    {
        string[] prints =
        [
            Bars.Labelled().Fingerprint("a"), Bars.Labelled().Fingerprint("b"), Bars.Labelled(91).Fingerprint("a"),
            Bars.Labelled(90, 31).Fingerprint("a"), Relabelled().Fingerprint("a"),
        ];
        Assert.Equal(prints.Length, prints.Distinct().Count());
        Assert.Equal(prints[0], Bars.Labelled().Fingerprint("a"));

        static LabelledImages Relabelled()
        {
            ImageSet train = Bars.Images("train", 90, 1);
            byte[] labels = [.. train.Labels!.Select(l => (byte)(2 - l))];
            return LabelledImages.Of(
                new ImageStateSet(train.With(labels: labels), Plain), new ImageStateSet(Bars.Images("test", 30, 2), Plain));
        }
    }

    [Fact]
    public void Rows_are_chosen_at_random_and_always_the_same()
    {
        int[] rows = LabelledImages.Choose(900, 300);
        Assert.Equal(rows, LabelledImages.Choose(900, 300));
        Assert.Equal(300, rows.Distinct().Count());
        Assert.Equal(rows.Order(), rows);
        // Of every residue class mod 3 about a third: 100 of 300 drawn from 900 without replacement has a deviation of 6.7.
        Assert.All(new[] { 0, 1, 2 }, r => Assert.InRange(rows.Count(i => i % 3 == r), 66, 134));
        Assert.Equal([0, 1, 2], LabelledImages.Choose(3, 5));
    }
}
