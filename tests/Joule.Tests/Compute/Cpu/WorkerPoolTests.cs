using System.Diagnostics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

[Collection(AloneCollection.Name)]
public sealed class WorkerPoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_block_is_done_once_on_a_lane_that_exists(int threads)
    {
        using WorkerPool pool = new(threads);
        foreach (int blocks in new[] { 0, 1, 2, 7, 1000 })
        {
            int[] done = new int[blocks];
            int badLanes = 0;
            pool.Run([new TestProgram(blocks, (block, lane) =>
            {
                Interlocked.Increment(ref done[block]);
                if (lane < 0 || lane >= threads)
                    Interlocked.Increment(ref badLanes);
            })]);
            Assert.All(done, d => Assert.Equal(1, d));
            Assert.Equal(0, badLanes);
        }
    }

    [Fact]
    public void A_launch_with_few_blocks_leaves_the_other_workers_asleep()
    {
        using WorkerPool pool = new(8);
        int late = 0;
        for (int round = 0; round < 200; round++)
        {
            int blocks = 2 + (round % 3);
            // Each block waits for all, so that every lane called takes one.
            using Barrier together = new(blocks);
            pool.Run([new TestProgram(blocks, (_, lane) =>
            {
                if (lane >= blocks || !together.SignalAndWait(Patience))
                    Interlocked.Increment(ref late);
            })]);
        }
        Assert.Equal(0, late);
    }

    [Fact]
    public void Two_blocks_never_share_a_lane_at_one_time()
    {
        using WorkerPool pool = new(4);
        int[] inUse = new int[4];
        int clashes = 0;
        pool.Run([new TestProgram(2000, (block, lane) =>
        {
            if (Interlocked.Increment(ref inUse[lane]) != 1)
                Interlocked.Increment(ref clashes);
            Thread.SpinWait(50);
            Interlocked.Decrement(ref inUse[lane]);
        })]);
        Assert.Equal(0, clashes);
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(3, 10)]
    public void Every_lane_begins_with_its_own_share(int threads, int blocks)
    {
        using WorkerPool pool = new(threads);
        for (int round = 0; round < 5; round++)
        {
            // No lane finishes its first block before every lane has one, so none can take another lane's share before that.
            int[] first = new int[threads];
            first.AsSpan().Fill(-1);
            using Barrier all = new(threads);
            pool.Run([new TestProgram(blocks, (block, lane) =>
            {
                if (first[lane] >= 0)
                    return;
                first[lane] = block;
                Assert.True(all.SignalAndWait(Patience), "a lane did not begin");
            })]);
            Assert.Equal(Enumerable.Range(0, threads).Select(lane => blocks * lane / threads), first);
        }
    }

    [Fact]
    public void A_finished_lane_helps_the_others()
    {
        using WorkerPool pool = new(2);
        const int blocks = 8;
        int[] doneBy = new int[blocks];
        using Barrier both = new(2);
        using CountdownEvent others = new(blocks - 1);
        pool.Run([new TestProgram(blocks, (block, lane) =>
        {
            doneBy[block] = lane;
            // Both lanes begin. Block 0 then waits for all others, including those of its own share, which the other lane must take.
            if (block is 0 or blocks / 2)
                Assert.True(both.SignalAndWait(Patience), "a lane did not begin");
            if (block == 0)
                Assert.True(others.Wait(Patience), "nobody helped");
            else
                others.Signal();
        })]);
        Assert.Equal([0, .. Enumerable.Repeat(1, blocks - 1)], doneBy);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_and_the_pool_goes_on(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int round = 0; round < 20; round++)
        {
            int count = 0;
            InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => pool.Run([new TestProgram(40, (block, _) =>
            {
                if (block == round)
                    throw new InvalidOperationException("block " + block);
            })]));
            Assert.Equal("block " + round, failure.Message);
            pool.Run([new TestProgram(40, (_, _) => Interlocked.Increment(ref count))]);
            Assert.Equal(40, count);
        }
    }

    [Fact]
    public void Many_small_jobs_and_jobs_after_a_rest_lose_no_block()
    {
        using WorkerPool pool = new(3);
        long sum = 0;
        TestProgram work = new(3, (block, _) => Interlocked.Add(ref sum, block + 1));
        for (int job = 0; job < 5000; job++)
        {
            pool.Run([work]);
            if (job % 1000 == 0)
                Thread.Sleep(20);
        }
        Assert.Equal(5000 * 6, sum);
    }

    [Fact]
    public async Task Callers_on_several_threads_take_turns()
    {
        using WorkerPool pool = new(2);
        int inside = 0, clashes = 0, count = 0;
        Task[] callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                pool.Run([new TestProgram(5, (_, lane) =>
                {
                    if (lane == 0 && Interlocked.Increment(ref inside) != 1)
                        Interlocked.Increment(ref clashes);
                    Interlocked.Increment(ref count);
                    if (lane == 0)
                        Interlocked.Decrement(ref inside);
                })]);
            }
        }))];
        await Task.WhenAll(callers);
        Assert.Equal(0, clashes);
        Assert.Equal(4 * 200 * 5, count);
    }

    [Fact]
    public void Idle_workers_leave_the_machine_idle()
    {
        // The JIT's threads may still be busy with earlier tests, so only threads started after the pool count.
        HashSet<int> before = [.. Times().Keys];
        using WorkerPool pool = new(4);
        pool.Run([new TestProgram(100, (_, _) => { })]);
        Thread.Sleep(100);
        // The runtime may start a thread of its own, so the best of five windows counts. Spinning workers would use more than the wall time
        // in every window.
        double best = double.MaxValue;
        for (int window = 0; window < 5; window++)
        {
            Dictionary<int, TimeSpan> first = Times();
            long start = Stopwatch.GetTimestamp();
            Thread.Sleep(300);
            Dictionary<int, TimeSpan> last = Times();
            Assert.True(last.Keys.Count(t => !before.Contains(t)) >= 3, "the workers are not among the threads");
            double busy = last.Where(t => !before.Contains(t.Key) && first.ContainsKey(t.Key))
                .Sum(t => (t.Value - first[t.Key]).TotalSeconds);
            best = Math.Min(best, busy / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        Assert.InRange(best, 0, 0.2);
    }

    private static Dictionary<int, TimeSpan> Times()
    {
        using Process process = Process.GetCurrentProcess();
        Dictionary<int, TimeSpan> times = [];
        foreach (ProcessThread thread in process.Threads)
        {
            try
            {
                times[thread.Id] = thread.TotalProcessorTime;
            }
            catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // The thread has ended in the meantime.
            }
        }
        return times;
    }
}
