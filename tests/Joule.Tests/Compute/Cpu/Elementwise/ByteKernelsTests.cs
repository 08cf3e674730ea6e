using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class ByteKernelsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(300)]
    public void Every_byte_is_scaled_and_nothing_is_written_past_the_end(int length)
    {
        byte[] source = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 91))];
        float[] target = new float[length + 20];
        target.AsSpan(length).Fill(-3);
        ByteKernels.Scale(source, 1f / 255f, target);
        for (int i = 0; i < length; i++)
            Assert.Equal(source[i] * (1f / 255f), target[i]);
        Assert.All(target[length..], t => Assert.Equal(-3, t));
    }
}
