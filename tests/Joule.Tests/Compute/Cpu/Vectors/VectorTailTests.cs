using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed unsafe class VectorTailTests
{
    [Fact]
    public void The_first_lanes_are_stored_or_kept_and_no_other()
    {
        Vector512<float> v = Vector512.CreateSequence(1f, 1f);
        for (int left = 0; left < 16; left++)
        {
            float[] stored = new float[18], kept = new float[16];
            fixed (float* p = stored)
                VectorTail.Store(v, p + 1, left);
            VectorTail.Keep(v, left).CopyTo(kept);
            float[] expected = [.. Enumerable.Range(1, 16).Select(i => i <= left ? i : 0f)];
            Assert.Equal([0f, .. expected, 0f], stored);
            Assert.Equal(expected, kept);
        }
        float[] all = new float[16];
        VectorTail.Keep(v, 100).CopyTo(all);
        Assert.Equal([.. Enumerable.Range(1, 16).Select(i => (float)i)], all);
    }

    [Fact]
    public void Dropped_lanes_are_zero_even_if_they_were_NaN() =>
        Assert.Equal(0, Vector512.Sum(VectorTail.Keep(Vector512.Create(float.NaN), 0)));
}
