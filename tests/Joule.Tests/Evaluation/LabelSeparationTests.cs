using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class LabelSeparationTests
{
    [Fact]
    public void Each_label_is_compared_with_all_others()
    {
        IReadOnlyList<LabelFigures> figures = LabelSeparation.Of([1, 2, 3, 10, 20, 3],
            new StateLabels("y", ["0", "1", "2"], [0, 0, 0, 1, 1, 2]));
        Assert.Equal(["0", "1", "2"], figures.Select(f => f.Label));
        Assert.Equal([3, 2, 1], figures.Select(f => f.Count));
        Assert.Equal([2.0, 15, 3], figures.Select(f => f.MeanEnergy));
        // Of the 9 pairs of "0" with others, one is a tie and none is above. Of the 5 pairs of "2", three are below or equal, one of them a
        // tie.
        Assert.Equal([0.5 / 9, 1, 2.5 / 5], figures.Select(f => f.Auroc));
    }

    [Fact]
    public void A_label_of_all_states_or_of_none_has_no_figure() =>
        Assert.Empty(LabelSeparation.Of([1, 2], new StateLabels("y", ["0", "1"], [1, 1])));

    [Fact]
    public void Every_state_needs_a_label() =>
        Assert.Contains("There are 2 energies and 1 labels",
            Assert.Throws<InvalidInputException>(() => LabelSeparation.Of([1, 2], new StateLabels("y", ["0"], [0]))).Message,
                StringComparison.Ordinal);
}
