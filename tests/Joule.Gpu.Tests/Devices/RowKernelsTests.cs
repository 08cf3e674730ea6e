using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Joule.Compute;
using Joule.Gpu.Devices;
using Joule.States;
using Xunit;
using Cpu = Joule.Compute.Kernels;

namespace Joule.Gpu.Tests.Devices;

/// <summary>
/// The operations on rows in the interpreter against the kernels of the processor: moves, draws and steps of optimisers bit for bit, sums
/// to the rounding of float64.
/// </summary>
public sealed class RowKernelsTests : IDisposable
{
    private const int Threads = 64; // of the interpreter's blocks
    private readonly InterpretedGpu _engine = new();
    private readonly GpuDevice _gpu;
    private readonly Device _cpu = Device.Cpu(1);
    private readonly List<DeviceBuffer> _memory = [];

    public RowKernelsTests() => _gpu = new GpuDevice(_engine);

    private IRowOperations Operations => _gpu.Operations;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(Threads + 1)]
    [InlineData(2 * Threads)]
    public void Rows_are_gathered_and_scattered_by_their_indices(int width)
    {
        Both from = Normal(7, width, 1), to = Normal(4, width, 2), back = Normal(7, width, 3);
        int[] which = [6, 0, 3];
        Operations.Gather(from.There, which, to.There.Slice(0, 3));
        Operations.Scatter(to.There.Slice(0, 3), back.There, which);
        for (int i = 0; i < which.Length; i++)
        {
            from.Here[which[i]].CopyTo(to.Here[i]);
            to.Here[i].CopyTo(back.Here[which[i]]);
        }
        Same(to);
        Same(back);
        Same(from);
    }

    [Fact]
    public void Indices_outside_the_rows_are_refused()
    {
        Both rows = Normal(3, 2, 1);
        Assert.Throws<ArgumentException>(() => Operations.Gather(rows.There, [3], rows.There));
        Assert.Throws<ArgumentException>(() => Operations.Scatter(rows.There, rows.There, [-1]));
        Assert.Throws<ArgumentException>(() => Operations.Gather(rows.There, [0, 1], rows.There.Slice(0, 1)));
        Assert.Throws<ArgumentException>(() => Operations.Clamp(rows.There, [0], [1]));
        Assert.Throws<ArgumentException>(() => Operations.SquaredDistances(rows.There, rows.There, 3, Normal(2, 2, 1).There));
        Operations.Gather(rows.There, [], rows.There.Slice(0, 0));
        Assert.Empty(_engine.Compiled);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(150)]
    public void Noise_has_the_bits_of_the_processor(int width)
    {
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.IsSupported, "This processor rounds between multiply and add.");
        Both x = Normal(3, width, 1);
        x.Here[1][width / 2] = float.NaN;
        _gpu.Upload(x.Here.Span, x.There);
        RandomStream noise = new(0xFEDCBA9876543210, RandomPurpose.DataNoise, 1UL << 40);
        Operations.AddNoise(x.There, 0.7f, -1, 1.5f, noise, 5);
        Cpu.AddNoise(x.Here, 0.7f, -1, 1.5f, noise, 5);
        Same(x);
        Assert.True(float.IsNaN(x.Here[1][width / 2]));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(65, false)]
    [InlineData(1, true)]
    [InlineData(16, true)]
    [InlineData(150, true)]
    public void Blurred_rows_have_the_bits_of_the_processor(int width, bool hasWalls)
    {
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.IsSupported, "This processor rounds between multiply and add.");
        Both x = Normal(5, width, 1), noisy = Normal(5, width, 2), added = Normal(5, width, 3);
        x.Here[4].Fill(float.NaN);
        x.Here[3].Fill(1e6f);
        _gpu.Upload(x.Here.Span, x.There);
        // Narrow walls, which large noise passes many times; one wall; none.
        (float Low, float High)[] kinds = [(-0.3f, 0.7f), (0, float.PositiveInfinity), (float.NegativeInfinity, 0.1f), (-9, 9),
            (float.NegativeInfinity, float.PositiveInfinity), (0, 1e-3f)];
        float[] low = hasWalls ? [.. Enumerable.Range(0, width).Select(j => kinds[j % 6].Low)] : [];
        float[] high = hasWalls ? [.. Enumerable.Range(0, width).Select(j => kinds[j % 6].High)] : [];
        float[] deviations = [0.1f, 2, 3000, 0.5f, 1];
        RandomStream noise = new(0xFEDCBA9876543210, RandomPurpose.ScoreNoise, 1UL << 40);
        Operations.Blur(x.There, deviations, noise, low, high, noisy.There, added.There);
        int turned = 0;
        for (int i = 0; i < 5; i++)
        {
            noise.FillNormal(added.Here[i], (uint)i, 0, deviations[i]);
            for (int j = 0; j < width; j++)
            {
                float y = x.Here[i][j] + added.Here[i][j];
                (noisy.Here[i][j], bool turns) = hasWalls ? WallMirror.Of(y, low[j], high[j]) : (y, false);
                if (!turns)
                    continue;
                added.Here[i][j] = -added.Here[i][j];
                turned++;
            }
        }
        Same(noisy);
        Same(added);
        Assert.Equal(hasWalls, turned > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Threads + 1)]
    [InlineData(200)]
    public void Gradients_are_compared_with_targets(int width)
    {
        Both gradients = Normal(3, width, 1), targets = Normal(3, width, 2), scales = Normal(3, 2, 3), losses = Normal(3, 2, 4);
        Operations.CompareWithTargets(gradients.There, targets.There, scales.There, losses.There);
        for (int i = 0; i < 3; i++)
        {
            (float scale, float weight) = (scales.Here[i][0], scales.Here[i][1]);
            float factor = (float)((double)weight * scale / (width * 3.0));
            double squares = Cpu.CompareWithTarget(gradients.Here[i], targets.Here[i], scale, factor);
            losses.Here.Slice(i, 1).Doubles[0] = weight * squares / (2 * width);
        }
        Same(targets);
        double[] found = new double[3];
        _gpu.DownloadDoubles(losses.There, found);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(losses.Here.Doubles[i], found[i], 1e-12 * Math.Abs(losses.Here.Doubles[i]));
    }

    [Fact]
    public void Rows_that_do_not_go_together_are_refused()
    {
        Both x = Normal(3, 2, 1), y = Normal(3, 2, 2), more = Normal(4, 2, 3);
        RandomStream noise = new(1, RandomPurpose.ScoreNoise, 0);
        Assert.Throws<ArgumentException>(() => Operations.Blur(x.There, [1, 1], noise, [], [], y.There, y.There));
        Assert.Throws<ArgumentException>(() => Operations.Blur(x.There, [1, 1, 1], noise, [0], [1], y.There, y.There));
        Assert.Throws<ArgumentException>(() => Operations.Blur(x.There, [1, 1, 1], noise, [], [], more.There, y.There));
        Assert.Throws<ArgumentException>(() => Operations.CompareWithTargets(x.There, y.There, more.There, y.There));
        Assert.Throws<ArgumentException>(() => Operations.CompareWithTargets(more.There, y.There, x.There, y.There));
        Assert.Empty(_engine.Compiled);
    }

    [Fact]
    public void Columns_are_clamped_between_their_own_walls()
    {
        Both x = Normal(3, 5, 1);
        x.Here[2][0] = float.NaN;
        _gpu.Upload(x.Here.Span, x.There);
        float[] low = [-0.1f, float.NegativeInfinity, 0, -1, 0.5f], high = [0.1f, float.PositiveInfinity, 1, 0, 0.5f];
        Operations.Clamp(x.There, low, high);
        for (int i = 0; i < 15; i++)
            x.Here.Span[i] = Math.Clamp(x.Here.Span[i], low[i % 5], high[i % 5]);
        Same(x);
        Assert.True(float.IsNaN(x.Here[2][0]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 2)]
    [InlineData(200, 2)]
    public void Distances_of_pairs(int width, int apart)
    {
        Both x = Normal(7, width, 1), y = Normal(7, width, 2), found = Normal(4, 2, 3);
        Operations.SquaredDistances(x.There, y.There, apart, found.There);
        for (int i = 0; i < 4; i++)
            Cpu.SquaredDistance(x.Here.Slice(i * apart, 1), y.Here.Slice(i * apart, 1), found.Here.Slice(i, 1));
        NearDoubles(found);
    }

    [Fact]
    public void Numbers_at_walls()
    {
        Both x = Normal(5, 40, 1), found = Normal(5, 4, 3);
        x.Here.Span[7] = -0.5f;
        x.Here.Span[199] = 0.25f;
        x.Here.Span[3] = float.NaN;
        _gpu.Upload(x.Here.Span, x.There);
        Operations.CountAtWalls(x.There, -0.5f, 0.25f, found.There);
        for (int i = 0; i < 5; i++)
            Cpu.CountAtWalls(x.Here.Slice(i, 1), -0.5f, 0.25f, found.Here.Slice(i, 1));
        Same(found);
        Assert.All(found.Here.Doubles.ToArray(), count => Assert.InRange(count, 1, 39));
        Assert.Throws<ArgumentException>(() => Operations.CountAtWalls(x.There, 0, 1, Normal(2, 2, 3).There));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(300, 128)]
    [InlineData(256, 128)]
    public void Squared_norms_of_chunks(int count, int chunk)
    {
        Both x = Normal(1, count, 1), found = Normal((count + chunk - 1) / chunk, 2, 2);
        Operations.SquaredNorms(x.There, chunk, found.There);
        for (int i = 0; i < found.Here.Count; i++)
            Cpu.SquaredNorm(new Rows(x.Here.Buffer, i * chunk, 1, Math.Min(chunk, count - i * chunk)), found.Here.Slice(i, 1));
        NearDoubles(found);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("momentum")]
    [InlineData("rmsprop")]
    public void Steps_of_optimisers_have_the_bits_of_the_processor(string optimizer)
    {
        const int Count = 3 * Threads + 7;
        Both parameters = Normal(1, Count, 1), first = Zero(Count), second = Zero(Count), average = Normal(1, Count, 4);
        for (int update = 0; update < 3; update++)
        {
            Both gradient = Normal(1, Count, 5 + (ulong)update);
            for (int i = 0; i < 20; i++)
                gradient.Here.Span[i] *= MathF.Pow(10, -2 * i); // down to where means are flushed
            gradient.Here.Span[30] = float.NaN;
            _gpu.Upload(gradient.Here.Span, gradient.There);
            AdamCoefficients c = AdamCoefficients.Of(update, 0.01, 0.9f, 0.999f, 1e-8f, 0.5, 0.1);
            foreach (bool isThere in (bool[])[true, false])
            {
                Rows p = parameters.At(isThere), g = gradient.At(isThere), a = first.At(isThere), b = second.At(isThere);
                switch (optimizer)
                {
                    case "adam" when isThere:
                        Operations.Adam(p, g, a, b, c);
                        break;
                    case "adam":
                        Cpu.Adam(p, g, a, b, c);
                        break;
                    case "momentum" when isThere:
                        Operations.Momentum(p, g, a, 0.01f, 0.9f, 0.5f, 0.001f);
                        break;
                    case "momentum":
                        Cpu.Momentum(p, g, a, 0.01f, 0.9f, 0.5f, 0.001f);
                        break;
                    case "rmsprop" when isThere:
                        Operations.RmsProp(p, g, a, 0.01f, 0.99f, 1e-8f, 0.5f, 0.001f);
                        break;
                    default:
                        Cpu.RmsProp(p, g, a, 0.01f, 0.99f, 1e-8f, 0.5f, 0.001f);
                        break;
                }
            }
            Operations.MovingAverage(average.There, parameters.There, 0.9f);
            Cpu.MovingAverage(average.Here, parameters.Here, 0.9f);
            Assert.All(_gpu.Download(gradient.There), x => Assert.Equal(0, x));
            Same(gradient);
        }
        Same(parameters);
        Same(first);
        Same(second);
        Same(average);
        Assert.True(float.IsNaN(parameters.Here.Span[30]) && parameters.Here.Span[31] != 0);
    }

    public void Dispose()
    {
        foreach (DeviceBuffer buffer in _memory)
            buffer.Dispose();
        _gpu.Dispose();
        _cpu.Dispose();
        Assert.Equal(0, _engine.Open);
    }

    private Both Zero(int count) => Both(1, count, _ => { });

    private Both Normal(int count, int width, ulong seed) =>
        Both(count, width, rows => new RandomStream(seed, RandomPurpose.User, 0).FillNormal(rows.Span, 0));

    private Both Both(int count, int width, Action<Rows> fill)
    {
        DeviceBuffer here = _cpu.Allocate(count * width), there = _gpu.Allocate(count * width);
        _memory.AddRange([here, there]);
        Both rows = new(here.AsRows(count, width), there.AsRows(count, width));
        fill(rows.Here);
        _gpu.Upload(rows.Here.Span, rows.There);
        return rows;
    }

    private void Same(Both rows) => Assert.Equal(
        rows.Here.Span.ToArray().Select(Bits), _gpu.Download(rows.There).Select(Bits));

    // A NaN has many forms.
    private static uint Bits(float x) => float.IsNaN(x) ? uint.MaxValue : BitConverter.SingleToUInt32Bits(x);

    private void NearDoubles(Both rows)
    {
        double[] found = new double[rows.Here.Count];
        _gpu.DownloadDoubles(rows.There, found);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(rows.Here.Doubles[i], found[i], 1e-12 * rows.Here.Doubles[i]);
    }
}

/// <summary>The same rows on the processor and on the GPU.</summary>
/// <param name="Here">On the processor.</param>
/// <param name="There">On the GPU.</param>
internal sealed record Both(Rows Here, Rows There)
{
    public Rows At(bool there) => there ? There : Here;
}
