using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void Constant_is_1() => Assert.All([0L, 50, 100, 1000], u => Assert.Equal(1, new ConstantSchedule().Factor(u, 100)));

    [Fact]
    public void Cosine_goes_from_1_to_the_final_factor()
    {
        CosineSchedule s = new() { Last = 0.2, Hold = 0.5 };
        Assert.Equal(1, s.Factor(0, 100));
        Assert.Equal(1, s.Factor(50, 100));
        Assert.Equal(0.6, s.Factor(75, 100), 1e-12);
        Assert.Equal(0.2, s.Factor(100, 100), 1e-12);
        Assert.Equal(0.2, s.Factor(5000, 100), 1e-12);
        Assert.Equal(1, new CosineSchedule { Hold = 1 }.Factor(100, 100));
        double last = 2;
        for (int u = 50; u < 100; u++)
        {
            Assert.True(s.Factor(u, 100) < last);
            last = s.Factor(u, 100);
        }
    }

    [Fact]
    public void Steps_multiply_at_the_end_of_each_part()
    {
        StepsSchedule s = new() { Parts = 4, By = 0.5 };
        Assert.Equal([1, 1, 0.5, 0.5, 0.25, 0.125, 0.125, 0.125],
            new long[] { 0, 24, 25, 49, 50, 99, 100, 1000 }.Select(u => s.Factor(u, 100)));
    }

    [Fact]
    public void Warm_up_rises_to_the_start_of_the_schedule()
    {
        CosineSchedule s = new() { WarmUp = 10 };
        Assert.Equal(0.1, s.Factor(0, 110), 1e-12);
        Assert.Equal(0.5, s.Factor(4, 110), 1e-12);
        Assert.Equal(1, s.Factor(9, 110), 1e-12);
        Assert.Equal(1, s.Factor(10, 110), 1e-12);
        Assert.Equal(0.5, s.Factor(60, 110), 1e-12);
    }

    [Fact]
    public void A_run_shorter_than_its_warm_up_still_learns()
    {
        CosineSchedule s = new() { WarmUp = 100 };
        Assert.Equal(0.01, s.Factor(0, 20), 1e-12);
        Assert.Equal(0.2, s.Factor(19, 20), 1e-12);
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        List<string> problems = [];
        OptionsCheck.Add(new CosineSchedule { WarmUp = -1, Last = 2, Hold = double.NaN }, problems, "s.");
        OptionsCheck.Add(new StepsSchedule { Parts = 0, By = -1 }, problems);
        Assert.Equal(["s.warm_up", "s.last", "s.hold", "parts", "by"], problems.Select(p => p.Split(' ')[0]));
    }
}
