using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute.Kinds;

/// <summary>Devices by their names. The kinds here are the processor alone, and what other tests may have registered.</summary>
public sealed class DeviceChoiceTests
{
    [Fact]
    public void The_processor_is_listed_first_and_opened_by_name()
    {
        DeviceListing first = DeviceChoice.List()[0];
        Assert.Equal("cpu", first.Name);
        Assert.Null(first.WhyNot);
        using Device device = DeviceChoice.Open("cpu", 1, message => Assert.Fail(message));
        Assert.Equal(1, device.Lanes);
    }

    [Theory]
    [InlineData("tpu", "no device \"tpu\"")]
    [InlineData("cpu:1", "no device cpu:1")]
    [InlineData("cpu:x", "not a kind with an index")]
    [InlineData("cpu:0:0", "not a kind with an index")]
    [InlineData("cpu:-1", "not a kind with an index")]
    public void A_name_that_is_none_is_an_error_that_says_what_there_is(string name, string problem)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => DeviceChoice.Open(name, 1, _ => { }));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_says_which_device_it_takes()
    {
        List<string> said = [];
        using Device device = DeviceChoice.Open(DeviceChoice.Auto, 1, said.Add);
        Assert.StartsWith("The device is ", Assert.Single(said.Take(1)), StringComparison.Ordinal);
    }
}
