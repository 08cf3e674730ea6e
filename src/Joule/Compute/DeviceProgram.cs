namespace Joule.Compute;

/// <summary>
/// The work of a launch: a number of independent rows or tasks. The device cuts them into blocks and distributes those. Results do not
/// depend on the number of workers: the cut does not either, unless the program says that no row can tell (<see cref="LeastRows"/>).
/// Programs that must wait for each other are launched together, in order (<see cref="Device.Launch"/>). A program is created once and
/// launched often; what changes between launches is set before.
/// </summary>
public abstract class DeviceProgram
{
    private int _rows; // of a block of the current launch

    /// <summary>A short description, for errors.</summary>
    public abstract string Name { get; }

    /// <summary>Rows or tasks of the next launch. Read at the program's turn: an earlier program of the same launch may set it.</summary>
    public abstract int Count { get; }

    /// <summary>Rows that a worker should take at a time, at least 1.</summary>
    public virtual int BlockRows => 1;

    /// <summary>
    /// Rows that a block has at least when it is cut for many workers. A program may go below <see cref="BlockRows"/> only if no row's
    /// result depends on the rows beside it, to the last bit.
    /// </summary>
    public virtual int LeastRows => BlockRows;

    /// <summary>
    /// Called once per launch, by one worker, at the program's turn: earlier programs are done, and <see cref="Count"/> is read afterwards.
    /// For the few numbers that all blocks share.
    /// </summary>
    protected internal virtual void Begin() { }

    /// <summary>The part that runs in steps: the program itself, or a member.</summary>
    internal virtual StepProgram? Stepping => null;

    /// <summary>Blocks of the current launch, after <see cref="Cut"/>.</summary>
    internal int Blocks => BlocksOf(_rows);

    /// <summary>
    /// Rows of a block for some workers: halves of <see cref="BlockRows"/> while there are fewer than two blocks for every worker, but at
    /// least <see cref="LeastRows"/>.
    /// </summary>
    internal int RowsFor(int lanes)
    {
        int rows = BlockRows, least = Math.Max(1, LeastRows);
        while (lanes > 1 && (rows + 1) / 2 is int half && half >= least && half < rows && BlocksOf(rows) < 2 * lanes)
            rows = half;
        return rows;
    }

    /// <summary>Blocks for some workers, as far as <see cref="Count"/> is known before the program's turn.</summary>
    internal virtual int BlocksFor(int lanes) => BlocksOf(RowsFor(lanes));

    /// <summary>Cuts the rows into blocks for some workers, at the program's turn.</summary>
    internal virtual void Cut(int lanes) => _rows = RowsFor(lanes);

    /// <summary>Processes some rows or tasks on a processor: the body of the program.</summary>
    /// <param name="start">The first row or task.</param>
    /// <param name="count">Number of rows or tasks, at least 1.</param>
    /// <param name="lane">The worker, from 0 to <see cref="Device.Lanes"/> − 1: the index of its own scratch memory.</param>
    protected abstract void Run(int start, int count, int lane);

    /// <summary>Processes those of some rows that exist, for programs that follow each other on the same rows without a barrier.</summary>
    internal void RunRows(int start, int count, int lane)
    {
        if (start < Count)
            Run(start, Math.Min(count, Count - start), lane);
    }

    /// <summary>Processes one block.</summary>
    internal virtual void RunBlock(int block, int lane)
    {
        (int start, int count) = RowsOf(block);
        Run(start, count, lane);
    }

    /// <summary>The rows of a block: the first and their number.</summary>
    private protected (int Start, int Count) RowsOf(int block)
    {
        int start = block * _rows;
        return (start, Math.Min(_rows, Count - start));
    }

    private int BlocksOf(int rows) => (Count + rows - 1) / rows;
}
