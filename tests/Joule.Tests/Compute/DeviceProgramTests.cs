using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class DeviceProgramTests
{
    [Theory]
    [InlineData(1, 0, 4)]
    [InlineData(2, 1, 4)]
    [InlineData(3, 11, 4)]
    [InlineData(2, 12, 5)]
    [InlineData(2, 3, 100)]
    public void Rows_are_cut_into_blocks_that_cover_each_once(int threads, int rows, int block)
    {
        using Device device = Device.Cpu(threads);
        int[] seen = new int[rows];
        int bad = 0;
        device.Launch(new RowProgram(() => rows, block, (start, count, lane) =>
        {
            if (start % block != 0 || count < 1 || count > block || (count < block && start + count < rows) || lane < 0 || lane >= threads)
                Interlocked.Increment(ref bad);
            for (int i = start; i < start + count; i++)
                Interlocked.Increment(ref seen[i]);
        }));
        Assert.Equal(0, bad);
        Assert.All(seen, s => Assert.Equal(1, s));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Programs_of_one_launch_run_in_order_and_see_earlier_results(int threads)
    {
        using Device device = Device.Cpu(threads);
        for (int round = 0; round < 200; round++)
        {
            int first = 0, second = 0, early = 0, count = 0;
            device.Launch(
                new TestProgram(7, (_, _) => Interlocked.Increment(ref first)),
                new TestProgram(0, (_, _) => Interlocked.Increment(ref early)),
                new TestProgram(1, (_, _) => count = first == 7 ? 9 : 0),
                new RowProgram(() => count, 2, (_, rows, _) =>
                {
                    if (first != 7)
                        Interlocked.Increment(ref early);
                    Interlocked.Add(ref second, rows);
                }),
                new TestProgram(5, (_, _) =>
                {
                    if (Volatile.Read(ref second) != 9)
                        Interlocked.Increment(ref early);
                }));
            Assert.Equal((7, 9, 0), (first, second, early));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void After_an_exception_no_later_program_runs_and_the_device_goes_on(int threads)
    {
        using Device device = Device.Cpu(threads);
        for (int round = 0; round < 20; round++)
        {
            int later = 0, count = 0;
            InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => device.Launch(
                new TestProgram(10, (block, _) =>
                {
                    if (block == 4)
                        throw new InvalidOperationException("block 4");
                }),
                new TestProgram(3, (_, _) => Interlocked.Increment(ref later))));
            Assert.Equal("block 4", failure.Message);
            Assert.Throws<InvalidOperationException>(() => device.Launch(
                new TestProgram(10, (_, _) => { }),
                new RowProgram(() => throw new InvalidOperationException("count"), 1, (_, _, _) => later++)));
            Assert.Equal(0, later);
            device.Launch(new TestProgram(40, (_, _) => Interlocked.Increment(ref count)));
            Assert.Equal(40, count);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_group_runs_all_blocks_of_its_members_and_the_steps_of_a_step_program(int threads)
    {
        using Device device = Device.Cpu(threads);
        int[] one = new int[5], two = new int[11];
        ProgramGroup group = new();
        device.Launch(group);
        group.Add(new TestProgram(5, (block, _) => Interlocked.Increment(ref one[block])));
        group.Add(new TestProgram(0, (_, _) => Assert.Fail("It has no blocks.")));
        group.Add(new RowProgram(() => 11, 4, (start, count, _) =>
        {
            for (int i = start; i < start + count; i++)
                Interlocked.Increment(ref two[i]);
        }));
        Assert.Equal("a test's blocks, a test's blocks, rows of a test", group.Name);
        device.Launch(group);
        Assert.All(one.Concat(two), n => Assert.Equal(1, n));
        Assert.Throws<ArgumentException>(() => group.Add(new ProgramGroup()));
        // One member of a group may be a step program.
        int steps = 0, later = 0;
        group.Add(new Stepping(6, 2, 40, (start, count, first, more, _) =>
        {
            Interlocked.Add(ref steps, count * more);
            return start < 4 || first + more < 20;
        }));
        Assert.Throws<ArgumentException>(() => group.Add(new Stepping(1, 1, 1, (_, _, _, _, _) => true)));
        device.Launch(group, new TestProgram(1, (_, _) => later++));
        Assert.All(one.Concat(two), n => Assert.Equal(2, n));
        Assert.InRange(steps, 6 * 20, 6 * 39);
        Assert.Equal(0, later);
        group.Clear();
        device.Launch(group);
        Assert.All(one.Concat(two), n => Assert.Equal(2, n));
        group.Add(new RowProgram(() => 1, 1, (_, _, _) => { }));
        using RefusingDevice refusing = new();
        Assert.Throws<InvalidInputException>(() => refusing.Launch(group));
    }

    [Fact]
    public void A_launch_from_inside_a_program_is_refused()
    {
        using Device device = Device.Cpu(2);
        foreach (int blocks in new[] { 1, 8 })
        {
            Assert.Contains("cannot launch further work", Assert.Throws<InvalidOperationException>(() =>
                device.Launch(new TestProgram(blocks, (_, _) => device.Launch(new TestProgram(1, (_, _) => { }))))).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_steady_launch_allocates_nothing()
    {
        using Device device = Device.Cpu(2);
        int sum = 0;
        TestProgram one = new(5, (block, _) => Interlocked.Add(ref sum, block)), two = new(3, (_, _) => Interlocked.Increment(ref sum));
        for (int i = 0; i < 100; i++)
            device.Launch(one, two);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            device.Launch(one, two);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1100 * 13, sum);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_steps_of_a_block_run_in_order(int threads)
    {
        using Device device = Device.Cpu(threads);
        foreach ((int rows, int steps) in new[] { (10, 50), (1, 1000), (200, 3), (10, 0), (0, 10) })
        {
            int[] done = new int[rows];
            int bad = 0;
            device.Launch(new Stepping(rows, 4, steps, (start, count, first, more, _) =>
            {
                for (int i = start; i < start + count; i++)
                {
                    if (done[i] != first || more < 1)
                        Interlocked.Increment(ref bad);
                    done[i] = first + more;
                }
                return true;
            }));
            Assert.Equal(0, bad);
            Assert.All(done, d => Assert.Equal(steps, d));
        }
    }

    [Theory]
    [InlineData(1, 128, 32, 4, 32)] // one worker: as they are
    [InlineData(2, 128, 32, 4, 32)] // two blocks for every worker
    [InlineData(3, 128, 32, 4, 16)]
    [InlineData(16, 128, 32, 4, 4)]
    [InlineData(64, 128, 32, 4, 4)] // no smaller
    [InlineData(16, 128, 32, 32, 32)]
    [InlineData(4, 33, 8, 1, 4)]
    [InlineData(4, 7, 5, 1, 1)]
    [InlineData(4, 0, 8, 1, 1)]
    public void Blocks_of_steps_are_cut_for_more_workers(int threads, int rows, int block, int least, int expected)
    {
        Stepping counted = new(rows, block, 5, (_, _, _, _, _) => true, least);
        Assert.Equal(expected, counted.RowsFor(threads));
        using Device device = Device.Cpu(Math.Min(threads, 8));
        int[] done = new int[rows];
        int bad = 0, cut = counted.RowsFor(Math.Min(threads, 8));
        device.Launch(new Stepping(rows, block, 5, (start, count, first, more, _) =>
        {
            // Fewer blocks than workers call fewer workers, for whom the cut may be coarser.
            if (start % cut != 0 || count < Math.Min(cut, rows - start) || count > block)
                Interlocked.Increment(ref bad);
            for (int i = start; i < start + count; i++)
            {
                if (done[i] != first)
                    Interlocked.Increment(ref bad);
                done[i] = first + more;
            }
            return true;
        }, least));
        Assert.Equal(0, bad);
        Assert.All(done, d => Assert.Equal(5, d));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void When_a_block_fails_the_earliest_step_is_reported_and_no_later_program_runs(int threads)
    {
        using Device device = Device.Cpu(threads);
        for (int round = 0; round < 20; round++)
        {
            // Block 2 fails at step 500, block 5 at step 490, block 6 never: the reported step is 490 whichever fails first.
            int[] failed = new int[8], done = new int[8];
            int later = 0;
            device.Launch(
                new Stepping(8, 1, 900, (block, _, first, more, _) =>
                {
                    int at = block switch { 2 => 500, 5 => 490, _ => int.MaxValue };
                    done[block] = first + more;
                    if (at >= first + more)
                        return true;
                    failed[block] = at;
                    return false;
                }),
                new TestProgram(4, (_, _) => Interlocked.Increment(ref later)));
            Assert.Equal(490, failed[5]);
            Assert.Equal(0, later);
            Assert.All(done, d => Assert.InRange(d, 490, 899));
            Assert.True(failed[2] is 0 or 500);
        }
    }

    [Fact]
    public void A_device_that_cannot_run_a_program_names_both_and_runs_nothing()
    {
        using RefusingDevice device = new();
        int runs = 0;
        string message = Assert.Throws<InvalidInputException>(() =>
            device.Launch(new TestProgram(1, (_, _) => runs++), new RowProgram(() => 1, 1, (_, _, _) => runs++))).Message;
        Assert.Contains("a device that refuses", message, StringComparison.Ordinal);
        Assert.Contains("rows of a test (RowProgram)", message, StringComparison.Ordinal);
        Assert.Equal(0, runs);
        device.Launch(new TestProgram(1, (_, _) => runs++));
        Assert.Equal(1, runs);
    }

    private sealed class RowProgram(Func<int> rows, int block, Action<int, int, int> body) : DeviceProgram
    {
        public override string Name => "rows of a test";

        public override int Count => rows();

        public override int BlockRows => block;

        protected override void Run(int start, int count, int lane) => body(start, count, lane);
    }

    private sealed class Stepping(int rows, int block, int steps, Func<int, int, int, int, int, bool> body, int least = 0) : StepProgram
    {
        public override string Name => "steps of a test";

        public override int Count => rows;

        public override int BlockRows => block;

        public override int LeastRows => least > 0 ? least : block;

        public override int Steps => steps;

        protected internal override bool Run(int start, int count, int firstStep, int steps, int lane) =>
            body(start, count, firstStep, steps, lane);
    }

    private sealed class RefusingDevice : Device
    {
        private readonly Device _cpu = Cpu(1);

        public override string Description => "a device that refuses";

        public override int Lanes => 1;

        public override DeviceBuffer Allocate(long length) => _cpu.Allocate(length);

        public override void Upload(ReadOnlySpan<float> from, Rows to) => _cpu.Upload(from, to);

        public override void Download(Rows from, Span<float> to) => _cpu.Download(from, to);

        public override void Copy(Rows from, Rows to) => _cpu.Copy(from, to);

        public override void Clear(Rows rows) => _cpu.Clear(rows);

        protected override bool CanRun(DeviceProgram program) => program is not RowProgram;

        protected override void RunAll(ReadOnlySpan<DeviceProgram> programs) => _cpu.Launch(programs);

        protected override void Dispose(bool disposing) => _cpu.Dispose();
    }
}
