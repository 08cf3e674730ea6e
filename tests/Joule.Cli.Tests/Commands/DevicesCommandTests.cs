using System.Text.Json;
using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule devices</c> and <c>--device</c>, on machines with and without a GPU.</summary>
public sealed class DevicesCommandTests
{
    [Fact]
    public void The_processor_is_listed_and_what_is_missing_says_why_not()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("devices");
        Assert.Equal(0, code);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.StartsWith("cpu  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("gpu  ", lines[1], StringComparison.Ordinal);
        if (GpuDriver.WhyNot is { } reason)
            Assert.Contains($"not usable: {reason}", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_line_with_the_reasons()
    {
        string output = JouleProgramTests.Invoke("devices", "--json").Output;
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        JsonElement[] devices = [.. json.GetProperty("devices").EnumerateArray()];
        Assert.Equal("cpu", devices[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, devices[0].GetProperty("why_not").ValueKind);
        Assert.Equal(GpuDriver.WhyNot, devices[1].GetProperty("why_not").GetString());
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_an_error_of_the_input()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        (int code, _, string error) = JouleProgramTests.Invoke("chain", "gaussian", "--device", "gpu", "--draws", "5", "--quiet");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(GpuDriver.WhyNot!, error, StringComparison.Ordinal);
        Assert.Contains("--device cpu", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_none_is_an_error_that_lists_them()
    {
        (int code, _, string error) = JouleProgramTests.Invoke("chain", "gaussian", "--device", "tpu");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("Devices are cpu, gpu and auto", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_takes_the_processor_without_a_gpu_and_says_so()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        string[] chain = ["chain", "gaussian", "--draws", "20", "--warmup", "20", "--chains", "2", "--quiet"];
        (int code, string output, string error) = JouleProgramTests.Invoke([.. chain, "--device", "auto"]);
        Assert.Equal(0, code);
        Assert.Contains("The device is the CPU", error, StringComparison.Ordinal);
        Assert.Contains(GpuDriver.WhyNot!, error, StringComparison.Ordinal);
        Assert.Equal(JouleProgramTests.Invoke([.. chain, "--device", "cpu"]).Output.Split('\n')[1], output.Split('\n')[1]);
    }

    [Theory]
    [InlineData("chain", "gaussian", "--draws", "5", "--quiet")]
    [InlineData("chain", "gaussian", "--draws", "5", "--quiet", "--device", "cpu")]
    public void Timing_needs_a_gpu(params string[] command)
    {
        (int code, _, string error) = JouleProgramTests.Invoke([.. command, "--tune"]);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("--tune times kernels on a GPU, and the device is the CPU. Add --device gpu", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_without_a_gpu_says_that_nothing_is_timed()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        (int code, _, string error) = JouleProgramTests.Invoke(
            "chain", "gaussian", "--draws", "20", "--warmup", "20", "--chains", "2", "--quiet", "--device", "auto", "--tune");
        Assert.Equal(0, code);
        Assert.Contains("The CPU has no kernels to time.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The CPU multiplies in float32", "--precision", "tf32x3")]
    [InlineData("given 'half'", "--precision", "half")]
    public void A_precision_that_the_device_lacks_is_an_error(string says, params string[] options)
    {
        (int code, _, string error) = JouleProgramTests.Invoke(["chain", "gaussian", "--draws", "5", "--quiet", .. options]);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_precision_of_the_processor_may_be_named()
    {
        string[] chain = ["chain", "gaussian", "--draws", "20", "--warmup", "20", "--chains", "2", "--quiet"];
        Assert.Equal(0, JouleProgramTests.Invoke([.. chain, "--precision", "float32"]).Code);
    }
}
