using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class MetricsColumnsTests
{
    [Fact]
    public void The_header_has_the_fixed_columns_first()
    {
        MetricsColumns columns = new(["loss", "val_cd"]);
        Assert.Equal("epoch,step,seconds,loss,val_cd", columns.Header);
        Assert.Equal((0, 1, -1), (columns.IndexOf("loss"), columns.IndexOf("val_cd"), columns.IndexOf("epoch")));
        Assert.Equal(columns, MetricsColumns.Of(columns.Header));
        Assert.NotEqual(columns, new MetricsColumns(["val_cd", "loss"]));
    }

    [Theory]
    [InlineData("loss", "loss")]
    [InlineData("step")]
    [InlineData("Loss")]
    [InlineData("a b")]
    [InlineData("")]
    public void Invalid_and_repeated_names_are_refused(params string[] names) =>
        Assert.Throws<InvalidInputException>(() => new MetricsColumns(names));

    [Fact]
    public void At_most_256_columns_are_allowed()
    {
        string[] names = [.. Enumerable.Range(0, 254).Select(i => $"c{i}")];
        Assert.Equal(253, new MetricsColumns(names[..253]).Names.Count);
        Assert.Contains("257", Assert.Throws<InvalidInputException>(() => new MetricsColumns(names)).Message, StringComparison.Ordinal);
    }
}
