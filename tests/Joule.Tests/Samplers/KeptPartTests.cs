using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class KeptPartTests
{
    [Fact]
    public void Parts_are_the_same_if_names_and_widths_agree_in_order()
    {
        KeptPart a = new("a", 1), b = new("b", 2);
        Assert.True(KeptPart.Same([a, b], [new KeptPart("a", 1), new KeptPart("b", 2)]));
        Assert.True(KeptPart.Same([], []));
        Assert.False(KeptPart.Same([a, b], [b, a]));
        Assert.False(KeptPart.Same([a], [a, b]));
        Assert.False(KeptPart.Same([a], [new KeptPart("a", 2)]));
    }
}
