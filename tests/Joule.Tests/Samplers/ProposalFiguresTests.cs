using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ProposalFiguresTests
{
    [Fact]
    public void Shares_are_of_all_proposals_and_errors_of_those_that_did_not_diverge()
    {
        ProposalFigures figures = new(100, 60, 20, 40);
        Assert.Equal((0.6, 0.5), (figures.Acceptance, figures.EnergyError));
        Assert.Equal(new ProposalFigures(110, 65, 22, 44), figures + new ProposalFigures(10, 5, 2, 4));
    }

    [Fact]
    public void Without_proposals_there_are_no_shares()
    {
        Assert.True(double.IsNaN(default(ProposalFigures).Acceptance));
        Assert.True(double.IsNaN(new ProposalFigures(5, 0, 5, 0).EnergyError));
        Assert.Equal(0, new ProposalFigures(5, 0, 5, 0).Acceptance);
    }
}
