using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Joule.Data;
using Joule.Tables;

namespace Joule.Cli.Streams;

/// <summary>
/// Reads rows on a thread of its own, a few blocks ahead, so that reading and scoring overlap and no row waits for a later one.
/// </summary>
internal static class RowPump
{
    private const int Ahead = 4; // blocks

    /// <summary>The rows of a stream, in order.</summary>
    /// <param name="rows">The stream.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static async IAsyncEnumerable<RawRow> Read(RowStream rows, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Channel<RowBlock> full = Channel.CreateBounded<RowBlock>(new BoundedChannelOptions(Ahead)
        {
            SingleReader = true,
            SingleWriter = true,
        });
        Channel<RowBlock> free = Channel.CreateUnbounded<RowBlock>();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        CancellationToken ending = end.Token;
        Task pump = Task.Run(() => Fill(rows, full.Writer, free.Reader, ending), CancellationToken.None);
        try
        {
            await foreach (RowBlock block in full.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                for (int i = 0; i < block.Count; i++)
                    yield return block[i];
                free.Writer.TryWrite(block);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            // A live stream may never give anything again, so that its thread is left to the end of the process.
            if (!rows.IsLive)
                await pump.ConfigureAwait(false);
        }
    }

    private static async Task Fill(RowStream rows, ChannelWriter<RowBlock> full, ChannelReader<RowBlock> free, CancellationToken ending)
    {
        RowBlock? block = null;
        Exception? failure = null;
        try
        {
            for (bool more = true; more;)
            {
                block = free.TryRead(out RowBlock? used) ? used : rows.NewBlock();
                more = rows.Fill(block);
                RowBlock filled = block;
                block = null;
                await full.WriteAsync(filled, ending).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            failure = error;
        }
        // The rows before an error are scored first.
        if (block is { Count: > 0 } && !ending.IsCancellationRequested)
            await full.WriteAsync(block, CancellationToken.None).ConfigureAwait(false);
        full.TryComplete(failure);
    }
}
