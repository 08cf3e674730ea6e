using Joule.Bench.Shared;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Xunit;

namespace Joule.Compare.Tests.Measuring;

public sealed class RoundsTests
{
    [Fact]
    public void Contenders_take_turns_and_keep_their_medians()
    {
        List<string> calls = [];
        Fixed[] contenders = [new("joule", 2, calls), new("pytorch", 10, calls)];
        RoundsResult result = Rounds.Run(contenders, 1, new Stint(TimeSpan.Zero, 3, 5, TimeSpan.FromMilliseconds(20), TimeSpan.Zero));
        Assert.Equal(3, result.Count);
        Assert.Equal(2, result.Milliseconds["joule"]);
        Assert.Equal(10, result.Milliseconds["pytorch"]);
        Assert.Equal(["joule ×10", "pytorch ×2", "joule ×10", "pytorch ×2", "joule ×10", "pytorch ×2"], calls.Skip(2));
        Assert.True(result.CeilingGflops > 0);
    }

    [Theory]
    [InlineData(3.0, 1.0, 3.0, 100.0)]
    [InlineData(2.5, 1.0, 2.0, 3.0, 100.0)]
    public void The_median_is_the_middle(double expected, params double[] values) => Assert.Equal(expected, Median.Of(values));

    private sealed class Fixed(string name, double milliseconds, List<string> calls) : IContender
    {
        public string Name => name;

        public double Measure(int repetitions)
        {
            calls.Add($"{name} ×{repetitions}");
            return milliseconds;
        }

        public IReadOnlyDictionary<string, float[]> Check() => new Dictionary<string, float[]>();
    }
}
