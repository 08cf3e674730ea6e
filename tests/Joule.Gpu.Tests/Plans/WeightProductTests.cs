using Joule.Compute;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Kernels;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Plans;

/// <summary>A product of weights reads the pixels and names the parameters of its job.</summary>
public sealed class WeightProductTests
{
    public static TheoryData<string> Kinds => [.. SampleNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Parameters_and_pixels_are_those_of_the_job(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        using Device device = Device.Cpu(1);
        using Network network = new(device, shape, layers);
        KernelPlan plan = NetworkPlanner.Plan(network, trains: true);
        WeightJob[] jobs =
            [.. plan.Steps.OfType<LinearStep>().SelectMany(s => s.Weights).Concat(plan.Terms.SelectMany(t => t.Weights))];
        Assert.Equal(network.Plan.Parameters.Count, jobs.Length);
        foreach (WeightJob job in jobs)
        {
            WeightProduct product = new(job, job.Anchor.Floats);
            for (int a = 0; a < job.Anchor.Channels; a++)
            {
                for (int i = 0; i < (job.Window?.Channels ?? 1) * job.Height * job.Width; i++)
                {
                    (int b, int y, int x) = (i / job.Width / job.Height, i / job.Width % job.Height, i % job.Width);
                    ParameterSteps p = product.Parameters;
                    Assert.Equal(job.Parameter(a, b, y, x), p.First + a * p.Anchor + b * p.Window + y * p.Row + x * p.Column);
                }
            }
            for (int term = 0; term < 3 * job.Anchor.Pixels; term++)
            {
                (int chain, int pixel) = (term / job.Anchor.Pixels, term % job.Anchor.Pixels);
                (int y, int x) = (pixel / job.Anchor.Width, pixel % job.Anchor.Width);
                Assert.Equal(chain * job.Anchor.Floats + job.Anchor.Pixel(y, x), Place(product.Anchor, term));
                if (job.Window is { } window)
                {
                    int first = window.Pixel(job.Step * y - job.Padding, job.Step * x - job.Padding);
                    Assert.Equal(chain * window.Floats + first, Place(product.Window, term));
                }
            }
        }
    }

    [Fact]
    public void A_bias_is_one_row_of_its_channels()
    {
        WeightProduct product = new(WeightJobs.Bias(new Plane(6, 2, 3), channel => 40 + channel), 48);
        Assert.Equal((1, 8, 6), (product.Rows, product.Columns, product.Pixels));
        Assert.Equal((40, 1), (product.Parameters.First, product.Parameters.Anchor));
    }

    [Fact]
    public void Parameters_at_uneven_distances_are_refused()
    {
        WeightJob job = new(new Plane(3, 1, 1), new Plane(2, 4, 4), 2, 2, (a, b, y, x) => a * a + b + y + x);
        ArgumentException e = Assert.Throws<ArgumentException>(() => new WeightProduct(job, 4));
        Assert.Contains("(2, 0, 0, 0)", e.Message, StringComparison.Ordinal);
    }

    // As a kernel finds it, with as few divisions as the plane allows.
    private static int Place(PixelWalk walk, int term)
    {
        if (walk.HasWholeChains)
            return term * (walk.Pixels == 1 ? walk.Floats : walk.ColumnStep) + walk.First;
        (int start, int pixel) = (term / walk.Pixels * walk.Floats + walk.First, term % walk.Pixels);
        return walk.HasWholeRows ? start + pixel * walk.ColumnStep
            : start + pixel / walk.Columns * walk.RowStep + pixel % walk.Columns * walk.ColumnStep;
    }
}
