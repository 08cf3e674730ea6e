namespace Joule.Compute;

/// <summary>
/// Which block of a <see cref="StepProgram"/> a worker takes next. Where there are few blocks for the workers, it takes a part of the steps
/// at a time, always of the block that is farthest behind, so that a core that is slower for a while does not keep the others waiting.
/// </summary>
internal sealed class StepSchedule(int lanes)
{
    // Parts of blocks for every worker, if there are so many: at the end a worker waits for one part of another one at most.
    private const int PartsOfWorker = 24;

    private readonly Lock _turns = new();
    private int[] _done = [];
    private bool[] _held = [];
    private StepProgram _program = null!;
    private int _blocks;
    private int _steps;
    private int _end;
    private int _stepsOfPart;

    /// <summary>Begins a program.</summary>
    public void Begin(StepProgram program)
    {
        _program = program;
        (_blocks, _steps) = (program.Blocks, program.Steps);
        if (_done.Length < _blocks)
            (_done, _held) = (new int[_blocks], new bool[_blocks]);
        _done.AsSpan(0, _blocks).Clear();
        _held.AsSpan(0, _blocks).Clear();
        _end = _steps;
        int parts = _blocks == 0 ? 1 : Math.Clamp(PartsOfWorker * lanes / _blocks, 1, Math.Max(1, _steps));
        _stepsOfPart = (_steps + parts - 1) / parts;
    }

    /// <summary>Whether a block could not go on.</summary>
    public bool Stopped => _end < _steps;

    /// <summary>Works until there is nothing left for this worker.</summary>
    public void Work(int lane)
    {
        while (Take(lane) is int block)
        {
            int from = _done[block], to = Math.Min(_steps, from + _stepsOfPart);
            bool goesOn = false;
            try
            {
                goesOn = _program.RunBlock(block, from, to - from, lane);
            }
            catch
            {
                Return(block, to, 0);
                throw;
            }
            Return(block, goesOn ? to : _steps, goesOn ? _steps : to);
        }
    }

    /// <summary>
    /// The block that is farthest behind of those that no other worker has in hand; null where there is nothing to do for this worker any
    /// more.
    /// </summary>
    /// <remarks>
    /// Of several, every worker looks for it from a place of its own: what neighbouring blocks write lies side by side, and two cores that
    /// wrote to one line of the cache would wait for each other at every step.
    /// </remarks>
    private int? Take(int lane)
    {
        lock (_turns)
        {
            int? last = null;
            int place = (int)((long)_blocks * lane / lanes);
            for (int i = 0; i < _blocks; i++, place++)
            {
                if (place == _blocks)
                    place = 0;
                if (!_held[place] && _done[place] < (last is int l ? _done[l] : _end))
                    last = place;
            }
            if (last is int taken)
                _held[taken] = true;
            return last;
        }
    }

    // No block is taken beyond the end.
    private void Return(int block, int done, int end)
    {
        lock (_turns)
        {
            _done[block] = done;
            _held[block] = false;
            _end = Math.Min(_end, end);
        }
    }
}
