namespace Joule.Compute;

/// <summary>Independent programs as one: their blocks are distributed together, without a barrier between them.</summary>
public sealed class ProgramGroup : DeviceProgram
{
    private readonly List<DeviceProgram> _members = [];
    private readonly List<int> _ends = []; // of each member's blocks, in the current launch
    private StepProgram? _stepping;

    /// <inheritdoc/>
    public override string Name => _members.Count == 0 ? "nothing" : string.Join(", ", _members.Select(m => m.Name));

    /// <summary>Blocks of all members that do not run in steps.</summary>
    public override int Count => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>The members.</summary>
    public IReadOnlyList<DeviceProgram> Members => _members;

    /// <summary>Adds a member to the next launches.</summary>
    /// <param name="program">
    /// The program. One member may run in steps: workers turn to it once the blocks of the others are distributed.
    /// </param>
    /// <exception cref="ArgumentException">It is a second program that runs in steps, or a group.</exception>
    public void Add(DeviceProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (program is ProgramGroup || (program is StepProgram && _stepping is not null))
            throw new ArgumentException($"A group takes programs, of which one may run in steps; {program.Name} cannot be added.");
        _stepping ??= program as StepProgram;
        _members.Add(program);
    }

    /// <summary>Removes all members.</summary>
    public void Clear()
    {
        _members.Clear();
        _ends.Clear();
        _stepping = null;
    }

    /// <inheritdoc/>
    protected internal override void Begin()
    {
        foreach (DeviceProgram member in _members)
            member.Begin();
    }

    internal override int BlocksFor(int lanes)
    {
        int blocks = 0;
        foreach (DeviceProgram member in _members)
            blocks += member is StepProgram ? 0 : member.BlocksFor(lanes);
        return blocks;
    }

    internal override void Cut(int lanes)
    {
        _ends.Clear();
        int end = 0;
        foreach (DeviceProgram member in _members)
        {
            member.Cut(lanes);
            _ends.Add(end += member is StepProgram ? 0 : member.Blocks);
        }
        base.Cut(lanes);
    }

    internal override StepProgram? Stepping => _stepping;

    internal override void RunBlock(int block, int lane)
    {
        int member = 0;
        while (block >= _ends[member])
            member++;
        _members[member].RunBlock(member == 0 ? block : block - _ends[member - 1], lane);
    }

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        for (int block = start; block < start + count; block++)
            RunBlock(block, lane);
    }
}
