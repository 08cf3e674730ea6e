using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule train --device</c>, on machines with and without a GPU.</summary>
public sealed class TrainDeviceTests(TinyRun tiny)
{
    [Fact]
    public void The_processor_by_its_name_or_as_the_best_device_trains_the_same_model()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        using TemporaryFolder folder = new();
        Assert.Equal(0, tiny.Train("--out", folder.File("a"), "--epochs", "2", "--quiet", "--device", "cpu", "--threads", "1").Code);
        (int code, _, string error) = tiny.Train(
            "--out", folder.File("b"), "--epochs", "2", "--time", "0", "--quiet", "--device", "auto");
        Assert.True(code == 0, error);
        Assert.Contains("The device is the CPU", error, StringComparison.Ordinal);
        (code, _, error) = JouleProgramTests.Invoke(
            "train", "--resume", folder.File("b"), "--epochs", "2", "--quiet", "--device", "auto");
        Assert.True(code == 0, error);
        RunFiles.AssertSame(folder.File("a"), folder.File("b"));
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_an_error_of_the_input_and_nothing_is_written()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        using TemporaryFolder folder = new();
        (int code, _, string error) = tiny.Train("--out", folder.File("run"), "--device", "gpu");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(GpuDriver.WhyNot!, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("run")));
        (code, _, error) = JouleProgramTests.Invoke("train", "--resume", tiny.Run, "--epochs", "9", "--device", "gpu:1");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("--device cpu", error, StringComparison.Ordinal);
    }
}
