using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Scoring;
using Xunit;

namespace Joule.Tables.Tests.Transforms;

/// <summary>The scorer on rows of a table with numbers, missing values, levels and columns without use.</summary>
public sealed class TableScorerTests : IDisposable
{
    private const int Rows = 300;
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-scorer-").FullName;
    private readonly float[] _energies;
    private readonly Scorer _scorer;

    public TableScorerTests()
    {
        StringBuilder text = new("id,x,colour,n,same\n");
        for (int i = 0; i < Rows; i++)
            text.Append(CultureInfo.InvariantCulture, $"r{i},{X(i)},{Colour(i)},{N(i)},1\n");
        File.WriteAllText(Table, text.ToString());
        RunConfig config = Presets.Load("table");
        config = config with { Data = config.Data with { Source = Table } };
        using Device device = Device.Cpu(1);
        DataSets data = config.Data.Open(new DataRequest(1, _ => { }));
        Energy energy = config.Energy.Create(device, data.Train.Space);
        ((ITrainable)energy).Initialize(3);
        ((ITrainable)energy).Commit();
        _energies = EnergyOfStates.Run(device, energy, data.Transform.Open(Table, new DataRequest(1, _ => { })));
        using Model model = new(energy, config, data.Transform) { Calibration = Calibration.Of(_energies, 0.05) };
        model.Save(At("m.safetensors"));
        _scorer = Scorer.Load(At("m.safetensors"));
    }

    private string Table => At("t.csv");

    public void Dispose()
    {
        _scorer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_row_has_the_bits_of_its_line_in_the_file()
    {
        Assert.Equal(["x", "colour", "n"], _scorer.Columns);
        for (int i = 0; i < Rows; i++)
        {
            Score score = _scorer.Score(Row(i));
            Assert.Equal(Bits(_energies[i]), Bits(score.Energy));
            Assert.Equal(_scorer.Calibration!.PValue(_energies[i]), score.PValue);
            Assert.Equal(score.PValue <= 0.05, score.IsAnomaly);
            Assert.Equal(score, _scorer.Score([X(i), Colour(i), N(i) is "" ? RowCell.Missing : double.Parse(N(i))]));
        }
        Assert.Equal(_energies, _scorer.ScoreFile(Table, TestContext.Current.CancellationToken).Select(s => s.Energy));
    }

    [Fact]
    public void Missing_values_cannot_be_integrated_over_without_a_tree() =>
        Assert.Contains("an energy with a tree", Assert.Throws<InvalidInputException>(
            () => Scorer.Load(At("m.safetensors"), new ScorerOptions { Marginal = true })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_stream_keeps_the_order_and_the_bits_and_reads_no_further_than_a_batch()
    {
        using Scorer small = Scorer.Load(At("m.safetensors"), new ScorerOptions { Batch = 7 });
        int read = 0, scored = 0;
        await foreach (Score score in small.ScoreAsync(Source(), TestContext.Current.CancellationToken))
        {
            Assert.Equal(Bits(_energies[scored]), Bits(score.Energy));
            Assert.InRange(read, scored + 1, scored + 8);
            scored++;
        }
        Assert.Equal(Rows, scored);

        async IAsyncEnumerable<IReadOnlyDictionary<string, object?>> Source()
        {
            for (int i = 0; i < Rows; i++)
            {
                if (i % 50 == 20)
                    await Task.Yield();
                read++;
                yield return Row(i);
            }
        }
    }

    [Fact]
    public async Task A_row_of_a_slow_stream_is_scored_before_the_next_one_comes()
    {
        TaskCompletionSource next = new();
        IAsyncEnumerator<Score> scores = _scorer.ScoreAsync(Source(), TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await scores.MoveNextAsync());
        Assert.Equal(Bits(_energies[0]), Bits(scores.Current.Energy));
        next.SetResult();
        Assert.True(await scores.MoveNextAsync());
        Assert.Equal(Bits(_energies[1]), Bits(scores.Current.Energy));
        Assert.False(await scores.MoveNextAsync());
        await scores.DisposeAsync();

        async IAsyncEnumerable<IReadOnlyDictionary<string, object?>> Source()
        {
            yield return Row(0);
            await next.Task;
            yield return Row(1);
        }
    }

    // The source of a live stream may wait for ever when its reader leaves.
    [Fact]
    public async Task A_reader_may_leave_while_a_row_is_waited_for()
    {
        bool isLeft = false;
        CancellationToken token = TestContext.Current.CancellationToken;
        await foreach (Score score in _scorer.ScoreAsync(Source(token), token))
        {
            Assert.Equal(Bits(_energies[0]), Bits(score.Energy));
            break;
        }
        Assert.True(isLeft);

        async IAsyncEnumerable<IReadOnlyDictionary<string, object?>> Source(
            [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            yield return Row(0);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                isLeft = true;
            }
        }
    }

    [Fact]
    public async Task The_scores_before_a_bad_row_are_given_before_its_error()
    {
        int scored = 0;
        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(async () =>
        {
            await foreach (Score score in _scorer.ScoreAsync(Source(), TestContext.Current.CancellationToken))
                Assert.Equal(Bits(_energies[scored++]), Bits(score.Energy));
        });
        Assert.Equal(5, scored);
        Assert.Contains("no column \"y\"", error.Message, StringComparison.Ordinal);

        async IAsyncEnumerable<IReadOnlyDictionary<string, object?>> Source()
        {
            await Task.CompletedTask;
            for (int i = 0; i < 10; i++)
                yield return i == 5 ? new Dictionary<string, object?> { ["y"] = 1 } : Row(i);
        }
    }

    [Fact]
    public async Task Raw_rows_are_scored_on_all_threads_and_bad_ones_keep_their_place()
    {
        RowCell[] cells = new RowCell[3];
        List<ScoredRow> scored = [];
        await foreach (ScoredRow row in _scorer.ScoreAsync(Source(), TestContext.Current.CancellationToken))
            scored.Add(row);
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (long)i), scored.Select(row => row.Index));
        foreach (ScoredRow row in scored.Where(row => row.Index % 10 is not (3 or 4)))
            Assert.Equal((Bits(_energies[row.Index]), null), (Bits(row.Score.Energy), row.Problem));
        Assert.Equal("early", scored[3].Problem!.Message);
        Assert.StartsWith("live, line 6: Column \"colour\" holds the text \"mauve\"", scored[4].Problem!.Message, StringComparison.Ordinal);

        async IAsyncEnumerable<RawRow> Source()
        {
            await Task.CompletedTask;
            for (int i = 0; i < Rows; i++)
            {
                cells[0] = X(i);
                cells[1] = i % 10 == 4 ? "mauve" : Colour(i);
                cells[2] = N(i) is "" ? RowCell.Missing : double.Parse(N(i), CultureInfo.InvariantCulture);
                yield return new RawRow("live", i, i + 2)
                {
                    Cells = cells,
                    Problem = i % 10 == 3 ? new InvalidInputException("early") : null,
                };
            }
        }
    }

    [Fact]
    public async Task Eight_threads_get_the_bits_of_one()
    {
        Task[] tasks = [.. Enumerable.Range(0, 8).Select(t => Task.Run(() =>
        {
            for (int k = 0; k < 3 * Rows; k++)
            {
                int i = (k * 7 + t * 31) % Rows;
                Assert.Equal(Bits(_energies[i]), Bits(_scorer.Score(Row(i)).Energy));
            }
        }, TestContext.Current.CancellationToken))];
        await Task.WhenAll(tasks);
    }

    [Fact]
    public void Scoring_cells_allocates_nothing()
    {
        RowCell[] cells = [0.5, "red", 3];
        _scorer.Score(cells);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            _scorer.Score(cells);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Bad_rows_are_refused_by_column()
    {
        Refused("no column \"colr\". Did you mean \"colour\"?", new() { ["x"] = 1.0, ["colr"] = "red", ["n"] = 1 });
        Refused("no value for \"colour\"; \"n\"", new() { ["x"] = 1.0 });
        Refused("\"colour\" holds the text \"mauve\", a level that the model does not know. It knows ", new()
        {
            ["x"] = 1.0,
            ["colour"] = "mauve",
            ["n"] = 1,
        });
        Refused("\"x\" holds the text \"tall\", but the model's holds numbers", new() { ["x"] = "tall", ["colour"] = "red", ["n"] = 1 });
        Refused("\"x\" holds the number Infinity; a finite number is needed", new()
        {
            ["x"] = double.PositiveInfinity,
            ["colour"] = "red",
            ["n"] = 1,
        });
        Refused("\"x\" holds no value, though every training row had one", new() { ["x"] = null, ["colour"] = "red", ["n"] = null });
        InvalidInputException shorter = Assert.Throws<InvalidInputException>(() => _scorer.Score([1.0, "red"]));
        Assert.Contains("2 cells, but the model has 3 columns: \"x\"; \"colour\"; \"n\"", shorter.Message, StringComparison.Ordinal);
        // The scorer still works, also with the columns that the energy does not use.
        Assert.True(float.IsFinite(_scorer.Score(new Dictionary<string, object?>(Row(1)) { ["id"] = "r1", ["same"] = 1 }).Energy));
    }

    [Fact]
    public void Unknown_levels_and_missing_values_are_accepted_on_request()
    {
        using Scorer lenient = Scorer.Load(At("m.safetensors"), new ScorerOptions { AcceptUnknown = true });
        File.WriteAllText(At("odd.csv"), "x,colour,n\n1,mauve,2\n,red,2\n");
        float[] expected = [.. lenient.ScoreFile(At("odd.csv"), TestContext.Current.CancellationToken).Select(s => s.Energy)];
        Assert.Equal(Bits(expected[0]), Bits(lenient.Score([1, "mauve", 2]).Energy));
        Assert.Equal(Bits(expected[1]), Bits(lenient.Score([RowCell.Missing, "red", 2]).Energy));
        Assert.Throws<InvalidInputException>(() => lenient.Score(["tall", "red", 2]));
    }

    private void Refused(string problem, Dictionary<string, object?> row)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => _scorer.Score(row));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Row(int i) => new()
    {
        ["n"] = N(i) is "" ? null : int.Parse(N(i), CultureInfo.InvariantCulture),
        ["colour"] = Colour(i),
        ["x"] = X(i),
    };

    private static double X(int i) => Math.Round(Math.Sin(i * 1.7), 4);

    private static string Colour(int i) => ((string[])["red", "green", "blue"])[i % 3];

    private static string N(int i) => i % 8 == 3 ? "" : (i * i % 7).ToString(CultureInfo.InvariantCulture);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private string At(string name) => Path.Combine(_folder, name);
}
