using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>What a driver says of a kernel that it refuses.</summary>
public sealed class CompilerLogTests
{
    [Fact]
    public void A_refusal_shows_the_lines_that_the_log_names()
    {
        KernelText text = DrawsKernel.Write(32);
        string third = text.Ptx.Split('\n')[2];
        string message = CompilerLog.Refusal(text, "ptxas application ptx input, line 3; error : unknown symbol");
        Assert.Contains("refuses the kernel draws", message, StringComparison.Ordinal);
        Assert.Contains($"line 3: {third}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_error_is_thrown_and_it_has_the_log()
    {
        KernelText text = DrawsKernel.Write(32);
        byte[] log = [.. "line 1; error : no such version"u8, 0, .. "what was there before"u8];
        CompilerLog.Check(0, text, log);
        GpuException e = Assert.Throws<GpuException>(() => CompilerLog.Check(218, text, log));
        Assert.Contains("no such version", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("before", e.Message, StringComparison.Ordinal);
    }
}
