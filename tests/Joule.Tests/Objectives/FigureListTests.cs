using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class FigureListTests
{
    [Fact]
    public void Figures_are_found_by_name_and_role()
    {
        FigureList list = new([new Figure("a", "", ""), new Figure("loss", "nats", "") { Role = FigureRole.Loss }]);
        Assert.Equal((2, 1, 1, -1, -1),
            (list.Count, list.IndexOf("loss"), list.IndexOf(FigureRole.Loss), list.IndexOf("b"), list.IndexOf(FigureRole.Gap)));
        // "No role" is not a role that can be found.
        Assert.Equal(-1, list.IndexOf(FigureRole.None));
        Assert.Equal(["a", "loss"], list.Select(f => f.Name));
    }

    [Theory]
    [InlineData("Loss", "Loss")]
    [InlineData("a,b", "a,b")]
    [InlineData("", "cannot name")]
    [InlineData("2a", "2a")]
    [InlineData("loss", "Two figures")]
    public void An_invalid_column_name_is_refused(string name, string expected) => Assert.Contains(expected,
        Assert.Throws<InvalidInputException>(() => new FigureList([new Figure("loss", "", ""), new Figure(name, "", "")])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void One_role_belongs_to_one_figure()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new FigureList([new Figure("a", "", "") { Role = FigureRole.Loss }, new Figure("b", "", "") { Role = FigureRole.Loss }]));
        Assert.All(["\"a\"", "\"b\"", "Loss"], part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }
}
