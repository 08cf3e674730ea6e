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
}
