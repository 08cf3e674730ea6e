using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class SharedListTests
{
    [Fact]
    public void Items_stay_in_order_and_the_first_equal_one_is_removed()
    {
        SharedList<string> list = new();
        foreach (string item in new[] { "a", "b", "a", "c" })
            list.Add(item);
        list.Remove("a");
        list.Remove("z");
        Assert.Equal(["b", "a", "c"], list.ToArray());
    }

    [Fact]
    public async Task Concurrent_threads_lose_no_item()
    {
        SharedList<int> list = new();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 5000; i++)
            {
                list.Add(4 * i + thread);
                if (i % 2 == 0)
                    list.Remove(4 * i + thread);
            }
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 20_000).Where(i => i / 4 % 2 == 1), list.ToArray().Order());
    }
}
