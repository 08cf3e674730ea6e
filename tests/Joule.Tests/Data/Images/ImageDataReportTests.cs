using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageDataReportTests
{
    private static readonly ImageDataReport Report = new()
    {
        Name = "a.npy",
        Train = 1200,
        Test = 30,
        Validation = 4,
        TestSeed = 7,
        Channels = 3,
        Height = 8,
        Width = 6,
        Reading = new ImageReading
        {
            Type = "uint8",
            Shape = [1234, 8, 6, 3],
            Layout = "nhwc",
            LeftOut = [new LeftOut { What = "*.jpg", Count = 2 }, new LeftOut { What = "notes" }],
            Notes = ["a note"],
            Warnings = ["a warning"],
        },
    };

    [Fact]
    public void The_line_has_all_facts()
    {
        string line = Report.Describe();
        string[] facts =
        [
            "a.npy: ", "1,234 colour images of 8×6", "uint8 0..255, layout nhwc (n, 8, 6, 3)", "1,200 to train on", "30 drawn by seed 7",
            "validated on 4 images of their own", "a note", "2 *.jpg", "notes",
        ];
        Assert.All(facts, fact => Assert.Contains(fact, line, StringComparison.Ordinal));
        Assert.Equal(["a warning"], Report.Warnings);
    }

    [Fact]
    public void A_name_cannot_write_to_the_terminal() =>
        Assert.StartsWith("a\\u001b: ", (Report with { Name = "a\u001b" }).Describe(), StringComparison.Ordinal);

    [Fact]
    public void Without_validation_images_the_test_images_validate() =>
        Assert.Contains("validated on the test images", (Report with { Validation = 0 }).Describe(), StringComparison.Ordinal);

    [Fact]
    public void Details_count_what_was_left_out_by_kind() =>
        Assert.Equal("""{"*.jpg":2,"notes":1}""", Report.Details()["reading"]!["left_out"]!.ToJsonString());
}
