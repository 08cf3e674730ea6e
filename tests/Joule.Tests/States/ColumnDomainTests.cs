using Joule.States;
using Xunit;

namespace Joule.Tests.States;

public sealed class ColumnDomainTests
{
    private static readonly ColumnDomain Box = new(Domain.Box, -1, 2);
    private static readonly ColumnDomain Bits = new(Domain.Binary, 0, 1);
    private static readonly ColumnDomain Spins = new(Domain.Spins, -1, 1);
    private static readonly ColumnDomain Categories = new(Domain.Categorical, 0, 3);

    [Theory]
    [InlineData(-7f, -1f, 0f, -1f, 0f)]
    [InlineData(0.2f, 0.2f, 0f, 1f, 0f)]
    [InlineData(0.7f, 0.7f, 1f, 1f, 1f)]
    [InlineData(2.4f, 2f, 1f, 1f, 2f)]
    [InlineData(9f, 2f, 1f, 1f, 3f)]
    [InlineData(float.NegativeInfinity, -1f, 0f, -1f, 0f)]
    public void The_nearest_value_is_one_of_the_domain(float value, float box, float bit, float spin, float category)
    {
        Assert.Equal((box, bit, spin, category),
            (Box.Nearest(value), Bits.Nearest(value), Spins.Nearest(value), Categories.Nearest(value)));
        Assert.Equal(value, ColumnDomain.Real.Nearest(value));
        foreach (ColumnDomain domain in (ColumnDomain[])[Box, Bits, Spins, Categories])
            Assert.True(domain.Contains(domain.Nearest(value)));
    }

    [Fact]
    public void NaN_stays_NaN_and_no_domain_contains_it()
    {
        foreach (ColumnDomain domain in (ColumnDomain[])[ColumnDomain.Real, Box, Bits, Spins, Categories])
        {
            Assert.True(float.IsNaN(domain.Nearest(float.NaN)));
            Assert.False(domain.Contains(float.NaN));
            Assert.False(domain.Contains(float.PositiveInfinity));
        }
    }

    [Theory]
    [InlineData(-1f, true, false, true, false)]
    [InlineData(0f, true, true, false, true)]
    [InlineData(1f, true, true, true, true)]
    [InlineData(0.5f, true, false, false, false)]
    [InlineData(3f, false, false, false, true)]
    public void A_domain_contains_only_its_own_values(float value, bool box, bool bit, bool spin, bool category)
    {
        Assert.Equal((box, bit, spin, category),
            (Box.Contains(value), Bits.Contains(value), Spins.Contains(value), Categories.Contains(value)));
        Assert.True(ColumnDomain.Real.Contains(value));
    }
}
