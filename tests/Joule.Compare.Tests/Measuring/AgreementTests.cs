using Joule.Compare.Measuring;
using Xunit;

namespace Joule.Compare.Tests.Measuring;

public sealed class AgreementTests
{
    [Theory]
    [InlineData(100.009f, true)]
    [InlineData(100.02f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.PositiveInfinity, false)]
    public void Differences_are_relative_to_the_largest_number(float theirs, bool holds) =>
        Assert.Equal(holds, Agreement.Of("energies", [100, 0.001f], [theirs, 0.001f]).Holds);

    [Fact]
    public void Sides_of_different_length_do_not_agree() => Assert.False(Agreement.Of("energies", [1, 2], [1]).Holds);

    [Fact]
    public void Zeros_agree_only_with_zeros()
    {
        Assert.True(Agreement.Of("gradients", [0], [0]).Holds);
        Assert.False(Agreement.Of("gradients", [0], [1e-9f]).Holds);
    }
}
