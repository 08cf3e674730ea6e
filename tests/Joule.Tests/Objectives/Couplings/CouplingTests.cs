using Joule.Compute;
using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>Rules for every coupling of the catalogue, on a device whose memory the host cannot see.</summary>
public sealed class CouplingTests
{
    private const int Batch = 12, Width = 5;

    private static readonly RandomStream Draws = new(3, RandomPurpose.User, 8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => new(Catalogue.Of(typeof(CouplingOptions)).Select(c => c.Named.Name));

    [Fact]
    public void Couplings_are_found() => Assert.Equal(["assignment", "independent", "sinkhorn"], Names.Select(n => n.Data));

    [Theory]
    [MemberData(nameof(Names))]
    public void Partners_are_rows_and_the_same_for_any_number_of_threads(string name)
    {
        int[] one = Partners(name, 1, Batch, out _), two = Partners(name, 2, Batch, out _), few = Partners(name, 2, 7, out _);
        Assert.Equal(one, two);
        Assert.All(one, p => Assert.InRange(p, 0, Batch - 1));
        Assert.All(few, p => Assert.InRange(p, 0, 6));
        Assert.Equal(name != "independent", one.Where((p, i) => p != i).Any());
    }

    [Fact]
    public void An_assignment_is_the_permutation_of_the_least_squared_distance()
    {
        int[] partners = Partners("assignment", 2, Batch, out double[] costs), best = new int[Batch];
        new LinearAssignment(Batch).Solve(costs, best, Token);
        Assert.Equal(best, partners);
        Assert.Equal(Enumerable.Range(0, Batch), partners.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_steady_update_allocates_nothing_and_other_rows_are_refused(string name)
    {
        using Device device = Device.Cpu(1);
        using Coupling coupling = Options(name).Create(device, Batch);
        Rows noise = TestRows.Normal(Batch, Width, 1), data = TestRows.Normal(Batch, Width, 2);
        List<DeviceProgram> programs = [];
        Launch();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Launch();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        if (name == "independent")
            return; // it does not look at the rows
        Assert.Throws<InvalidInputException>(() => coupling.AddPrograms(noise.Slice(0, 3), data, Draws, programs, Token));
        Rows more = TestRows.Normal(Batch + 1, Width, 1);
        Assert.Throws<InvalidInputException>(() => coupling.AddPrograms(more, more, Draws, programs, Token));
        programs.Clear();
        coupling.AddPrograms(noise, data, Draws, programs, new CancellationToken(true));
        Assert.Throws<OperationCanceledException>(
            () => device.Launch(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(programs)));

        void Launch()
        {
            programs.Clear();
            coupling.AddPrograms(noise, data, Draws, programs, Token);
            device.Launch(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(programs));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Options_survive_JSON_and_large_batches_are_problems(string name)
    {
        CouplingOptions options = Options(name);
        Assert.Equal(options, OptionsJson.Read<CouplingOptions>(OptionsJson.Write(options), "It"));
        List<string> problems = [];
        options.ValidateBatch(2048, problems, "c.");
        Assert.Empty(problems);
        options.ValidateBatch(2049, problems, "c.");
        Assert.Equal(name == "independent" ? 0 : 1, problems.Count);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using Device device = Device.Cpu(1);
        SinkhornCouplingOptions options = new() { Regularization = 0, Iterations = 0 };
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => options.Create(device, 4));
        Assert.Contains("regularization", e.Message, StringComparison.Ordinal);
        Assert.Contains("iterations", e.Message, StringComparison.Ordinal);
    }

    private static CouplingOptions Options(string name) =>
        (CouplingOptions)Activator.CreateInstance(Catalogue.Of(typeof(CouplingOptions)).Single(c => c.Named.Name == name).Type)!;

    private static int[] Partners(string name, int threads, int count, out double[] costs)
    {
        using FakeDevice device = new(threads);
        using Coupling coupling = Options(name).Create(device, Batch);
        using DeviceBuffer memory = device.Allocate(2 * Batch * Width);
        Rows all = memory.AsRows(2 * Batch, Width), some = TestRows.Normal(2 * Batch, Width, 4);
        device.Upload(some.Span, all);
        costs = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
                costs[i * count + j] = Kernels.SquaredNorm(Difference(some[Batch + i], some[j]));
        }
        List<DeviceProgram> programs = [];
        coupling.AddPrograms(all.Slice(0, count), all.Slice(Batch, count), Draws, programs, Token);
        device.Launch(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(programs));
        int[] partners = new int[count];
        device.DownloadIntegers(coupling.Partners.Slice(0, count), partners);
        return partners;
    }

    private static Rows Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Rows difference = TestRows.Empty(1, a.Length);
        for (int i = 0; i < a.Length; i++)
            difference.Span[i] = a[i] - b[i];
        return difference;
    }
}
