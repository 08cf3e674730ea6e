using Joule.Cli.Streams;
using Joule.Data;
using Joule.Evaluation;
using Joule.Scoring;

namespace Joule.Cli.Commands;

/// <summary>
/// Scores a stream of rows and writes an answer for each, in order. The answers that are ready are written before a row is waited for. An
/// answer that needs all rows (a false discovery rate) is written at the end; its rows are held until then.
/// </summary>
/// <param name="scorer">The scorer.</param>
/// <param name="answers">The form of the answers.</param>
/// <param name="keepsGoing">Whether a row that does not fit has an answer with its error, instead of ending the stream.</param>
/// <param name="discoveryRate">The rate of Benjamini and Hochberg's procedure; null: each row is decided alone.</param>
internal sealed class RowScoring(Scorer scorer, AnswerFormat answers, bool keepsGoing, double? discoveryRate)
{
    private const int MostText = 1 << 16; // characters

    private readonly List<ScoredRow> _held = [];
    private double _mean;
    private double _squares;
    private float _min = float.NaN;
    private float _max = float.NaN;
    private bool _hasHeader;

    /// <summary>Number of rows with an energy.</summary>
    public long Count { get; private set; }

    /// <summary>Number of rows without one.</summary>
    public long Problems { get; private set; }

    /// <summary>Number of anomalies.</summary>
    public long Anomalies { get; private set; }

    /// <summary>Mean, standard deviation, lowest and highest energy; NaN if there is none.</summary>
    public (double Mean, double Deviation, float Min, float Max) Statistics =>
        (Count > 0 ? _mean : double.NaN, Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : double.NaN, _min, _max);

    /// <summary>Scores all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="writer">Receives the answers, and is flushed.</param>
    /// <param name="isRead">Whether anybody still reads the answers; if not, the work ends.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InvalidInputException">A row does not fit, and the stream does not keep going.</exception>
    public async Task Run(IAsyncEnumerable<RawRow> rows, TextWriter writer, Func<bool> isRead, CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using IAsyncEnumerator<ScoredRow> scored = scorer.ScoreAsync(rows, end.Token).GetAsyncEnumerator(end.Token);
        Task<bool> next = Task.FromResult(true);
        try
        {
            for (bool more = true; more;)
            {
                next = scored.MoveNextAsync().AsTask();
                if ((answers.Length > 0 && !next.IsCompleted) || answers.Length >= MostText)
                {
                    Flush(writer);
                    if (!isRead())
                        await end.CancelAsync().ConfigureAwait(false);
                }
                more = await next.ConfigureAwait(false);
                if (more)
                    Take(scored.Current);
            }
            Decide(writer);
            WriteHeader(writer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nobody reads the answers any more.
        }
        finally
        {
            try
            {
                Flush(writer);
            }
            finally
            {
                // Where the answers cannot be written, a row may still be waited for.
                if (!next.IsCompleted)
                    await end.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Take(in ScoredRow row)
    {
        if (row.Problem is { } problem)
        {
            if (!keepsGoing)
                throw problem;
            Problems++;
        }
        else
            Measure(row.Score.Energy);
        if (discoveryRate is not null)
        {
            _held.Add(row);
            return;
        }
        Anomalies += row.Score.IsAnomaly == true ? 1 : 0;
        answers.Add(row);
    }

    private void Measure(float energy)
    {
        double apart = energy - _mean;
        _mean += apart / ++Count;
        _squares += apart * (energy - _mean);
        (_min, _max) = Count == 1 ? (energy, energy) : (Math.Min(_min, energy), Math.Max(_max, energy));
    }

    private void Decide(TextWriter writer)
    {
        if (discoveryRate is not double rate)
            return;
        double limit = FalseDiscoveries.Limit([.. _held.Where(r => r.Problem is null).Select(r => r.Score.PValue!.Value)], rate);
        foreach (ScoredRow row in _held)
        {
            bool isAnomaly = row.Problem is null && row.Score.PValue <= limit;
            Anomalies += isAnomaly ? 1 : 0;
            answers.Add(row with { Score = row.Score with { IsAnomaly = isAnomaly } });
            if (answers.Length >= MostText)
                Flush(writer);
        }
    }

    private void WriteHeader(TextWriter writer)
    {
        if (!_hasHeader)
            writer.Write(answers.Header);
        _hasHeader = true;
    }

    private void Flush(TextWriter writer)
    {
        if (answers.Length == 0)
            return;
        WriteHeader(writer);
        answers.WriteTo(writer);
        writer.Flush();
    }
}
