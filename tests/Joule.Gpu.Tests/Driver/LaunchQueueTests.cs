using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Devices;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>A queue sends the operations that it was given, in order, with their own numbers: one by one, or as graphs.</summary>
public sealed class LaunchQueueTests : IDisposable
{
    private readonly List<string> _log = [], _said = [];
    private readonly NamedKernel _a, _b;
    private readonly RecordedGraphs _graphs;
    private readonly LaunchQueue _queue;

    public LaunchQueueTests()
    {
        (_a, _b) = (new NamedKernel("a", _log), new NamedKernel("b", _log));
        InterpretedGpu engine = new();
        _graphs = new RecordedGraphs(engine);
        _queue = new LaunchQueue(engine, _graphs, _said.Add);
    }

    [Fact]
    public void A_sequence_that_comes_again_is_a_graph_whose_changed_numbers_alone_are_set()
    {
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(["a 1 0", $"a 1 {10 + i}", "b 2", $"b {3 + i / 2}"], Sent(0, i, i / 2));
            Assert.Equal((i >= 1 ? 1 : 0, Math.Max(0, i)), (_graphs.Open, _graphs.Launched.Count));
        }
        // The first was sent one by one, the second made the graph, and the third and the fourth changed one or two operations.
        Assert.Equal([1, 3, 1], _graphs.Changed);
        Assert.Equal((4, 3, 1, 3), (_queue.Sent, _queue.GraphLaunches, _queue.GraphsMade, _queue.Changes));
        Assert.Empty(_said);
    }

    [Fact]
    public void Nothing_is_sent_before_it_is_asked_for_but_what_is_too_much()
    {
        for (int i = 0; i < LaunchQueue.MostOperations - 1; i++)
            _queue.Add(_a.At(i));
        Assert.Empty(_log);
        _queue.Add(_a.At(1));
        Assert.Equal(LaunchQueue.MostOperations, _log.Count);
        _queue.Flush();
        Assert.Equal(LaunchQueue.MostOperations, _log.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(37)]
    [InlineData(120)]
    public void Steps_that_repeat_need_few_graphs(int period)
    {
        const int Operations = 40 * LaunchQueue.MostOperations;
        List<string> expected = ["b 0", "a 0", "b 0", "b 0", "a 0"];
        for (int i = 0; i < Operations; i++)
            expected.Add($"{(i % period % 5 == 1 || i % period == period - 1 ? "a" : "b")} {i}");
        for (int i = 0; i < expected.Count; i++)
            _queue.Add((expected[i][0] == 'a' ? _a : _b).At(i < 5 ? 0 : i - 5));
        _queue.Flush();
        Assert.Equal(expected, _log);
        // The first sequence has what came before the steps, the second is sent one by one, and its like are graphs.
        Assert.Equal(1, _queue.GraphsMade);
        Assert.InRange(_queue.GraphLaunches, 37, Operations / (LaunchQueue.MostOperations - period));
    }

    [Fact]
    public void A_few_operations_need_no_graph()
    {
        for (int i = 0; i < 3; i++)
        {
            for (int j = 1; j < LaunchQueue.LeastOperations; j++)
                _queue.Add(_a.At(1));
            _queue.Flush();
        }
        Assert.Equal((0, 3 * (LaunchQueue.LeastOperations - 1)), (_queue.GraphLaunches, _log.Count));
    }

    [Fact]
    public void Without_graphs_everything_is_sent_at_once()
    {
        Sent(0, 0, 0);
        Sent(0, 1, 0);
        _queue.Add(_b.At(9));
        _queue.UsesGraphs = false; // sends what waits
        Assert.Equal("b 9", _log[^1]);
        _queue.Add(_a.At(5));
        Assert.Equal("a 5", _log[^1]);
        _queue.UsesGraphs = true;
        _queue.Add(_a.At(6));
        Assert.Equal("a 5", _log[^1]);
        _queue.Flush();
        using LaunchQueue none = new(new InterpretedGpu(), null);
        none.UsesGraphs = true;
        Assert.False(none.UsesGraphs);
    }

    [Fact]
    public void A_driver_that_refuses_graphs_gets_launches_and_the_user_hears_of_it_once()
    {
        _graphs.RefusesGraphs = true;
        for (int i = 0; i < 3; i++)
            Assert.Equal(["a 1 0", $"a 1 {10 + i}", "b 2", "b 3"], Sent(0, i, 0));
        Assert.Equal(0, _queue.GraphLaunches);
        Assert.Contains("no graphs here", Assert.Single(_said), StringComparison.Ordinal);
        Assert.False(_queue.UsesGraphs);
        _queue.UsesGraphs = true;
        Assert.False(_queue.UsesGraphs);
    }

    [Fact]
    public void A_driver_that_refuses_a_change_gets_a_new_graph()
    {
        Sent(0, 0, 0);
        Sent(0, 1, 0);
        _graphs.RefusesChanges = true;
        Assert.Equal(["a 1 0", "a 1 12", "b 2", "b 3"], Sent(0, 2, 0));
        Assert.Equal((1, 2, 2), (_graphs.Open, _queue.GraphLaunches, _queue.GraphsMade));
        Assert.Empty(_said);
    }

    [Fact]
    public void A_driver_that_refuses_a_change_and_a_new_graph_gets_launches_and_no_graph_stays()
    {
        Sent(0, 0, 0);
        Sent(0, 1, 0);
        (_graphs.RefusesChanges, _graphs.RefusesGraphs) = (true, true);
        Assert.Equal(["a 1 0", "a 1 12", "b 2", "b 3"], Sent(0, 2, 0));
        Assert.Equal((0, 1), (_graphs.Open, _queue.GraphLaunches));
        Assert.Contains("no graphs here", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_launch_that_fails_is_an_error_and_nothing_is_sent_twice()
    {
        Sent(0, 0, 0);
        _graphs.RefusesLaunches = true;
        _log.Clear();
        Assert.Contains("no launches here", Assert.Throws<GpuException>(() => Sent(0, 1, 0)).Message, StringComparison.Ordinal);
        _queue.Flush();
        Assert.Empty(_log);
        Assert.Empty(_said);
    }

    [Fact]
    public void An_error_names_the_kernel_and_what_follows_is_lost()
    {
        _b.Refuses = true;
        _queue.Add(_a.At(1));
        _queue.Add(_b.At(1));
        _queue.Add(_a.At(2));
        Assert.Contains("the launch of b failed", Assert.Throws<GpuException>(_queue.Flush).Message, StringComparison.Ordinal);
        _queue.Flush();
        Assert.Equal(["a 1"], _log);
        // So it is where a full queue is cut: what was to stay in it is lost, too.
        for (int i = 0; i < LaunchQueue.MostOperations - 1; i++)
            _queue.Add(i % 3 == 0 ? _b.At(1) : _a.At(3));
        Assert.Throws<GpuException>(() => _queue.Add(_b.At(1)));
        _queue.Flush();
        Assert.Equal(["a 1"], _log);
        // After a fault the driver refuses graphs, too: that is not what the user should read.
        _graphs.RefusesGraphs = true;
        Sent(0, 0, 0, throws: true);
        Sent(0, 1, 0, throws: true);
        Assert.Empty(_said);
    }

    [Fact]
    public void Graphs_go_with_a_kernel_and_with_the_queue_and_old_ones_make_room()
    {
        Sent(0, 0, 0);
        Sent(0, 1, 0);
        _queue.Add(_a.At(8));
        _queue.Forget(_b);
        Assert.Equal(("a 8", 0), (_log[^1], _graphs.Open));
        for (int i = 0; i <= LaunchQueue.MostSequences; i++)
        {
            for (int twice = 0; twice < 2; twice++)
            {
                for (int j = 0; j < LaunchQueue.LeastOperations + i; j++)
                    _queue.Add(_a.At(1));
                _queue.Flush();
            }
        }
        Assert.Equal((LaunchQueue.MostSequences, LaunchQueue.MostSequences + 2L), (_graphs.Open, _queue.GraphsMade));
        _queue.Add(_a.At(1));
        _queue.Dispose();
        Assert.Equal(0, _graphs.Open);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _a.Dispose();
        _b.Dispose();
    }

    // Four launches, two of which have numbers of their own.
    private string[] Sent(uint first, int second, int fourth, bool throws = false)
    {
        _log.Clear();
        _queue.Add(_a.At(1, first));
        _queue.Add(_a.At(1, 10 + (uint)second));
        _queue.Add(_b.At(2));
        _queue.Add(_b.At(3 + fourth));
        if (throws)
            Assert.Throws<GpuException>(_queue.Flush);
        else
            _queue.Flush();
        return [.. _log];
    }
}
