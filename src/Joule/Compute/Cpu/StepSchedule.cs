namespace Joule.Compute;

/// <summary>
/// Chooses which block of a <see cref="StepProgram"/> a worker takes next. With few blocks for the workers, a worker takes part of the
/// steps at a time, always of the block that is farthest behind, so that a temporarily slow core does not make the others wait.
/// </summary>
internal sealed class StepSchedule
{
    // Parts per worker, if there are so many steps; bounds the wait at the end.
    private const int PartsOfWorker = 24;

    private readonly Lock _turns = new();
    private int[] _done = [];
    private bool[] _held = [];
    private StepProgram _program = null!;
    private int _lanes;
    private int _blocks;
    private int _steps;
    private int _end;
    private int _stepsOfPart;

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program, cut into blocks for these workers.</param>
    /// <param name="lanes">The number of workers, from lane 0 on, that will take part.</param>
    public void Begin(StepProgram program, int lanes)
    {
        (_program, _lanes) = (program, lanes);
        (_blocks, _steps) = (program.Blocks, program.Steps);
        if (_done.Length < _blocks)
            (_done, _held) = (new int[_blocks], new bool[_blocks]);
        _done.AsSpan(0, _blocks).Clear();
        _held.AsSpan(0, _blocks).Clear();
        _end = _steps;
        int parts = _blocks == 0 ? 1 : Math.Clamp(PartsOfWorker * lanes / _blocks, 1, Math.Max(1, _steps));
        _stepsOfPart = (_steps + parts - 1) / parts;
    }

    /// <summary>Whether a block has diverged.</summary>
    public bool Stopped => _end < _steps;

    /// <summary>Works until nothing is left for this worker.</summary>
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
    /// The block that is farthest behind among those that no other worker has; null if there is no more work for this worker.
    /// </summary>
    /// <remarks>
    /// Among equals, each worker starts its search at its own place: neighbouring blocks write to neighbouring memory, and two cores that
    /// wrote to the same cache line would wait for each other at every step.
    /// </remarks>
    private int? Take(int lane)
    {
        lock (_turns)
        {
            int? last = null;
            int place = (int)((long)_blocks * lane / _lanes);
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

    // No block goes beyond the last step.
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
