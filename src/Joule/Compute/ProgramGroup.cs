namespace Joule.Compute;

/// <summary>Programs that do not depend on each other, as one: their blocks are handed out together, without a meeting between them.</summary>
public sealed class ProgramGroup : DeviceProgram
{
    private readonly List<DeviceProgram> _members = [];

    /// <inheritdoc/>
    public override string Name => _members.Count == 0 ? "nothing" : string.Join(", ", _members.Select(m => m.Name));

    /// <summary>Blocks of all members.</summary>
    public override int Count
    {
        get
        {
            int blocks = 0;
            for (int i = 0; i < _members.Count; i++)
                blocks += _members[i].Blocks;
            return blocks;
        }
    }

    /// <summary>The members.</summary>
    public IReadOnlyList<DeviceProgram> Members => _members;

    /// <summary>Adds a member to the next launches.</summary>
    /// <param name="program">A program that makes no steps.</param>
    public void Add(DeviceProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (program is StepProgram)
            throw new ArgumentException($"A program of steps, {program.Name}, can stop a launch: it cannot be one of a group.");
        _members.Add(program);
    }

    /// <summary>Removes all members.</summary>
    public void Clear() => _members.Clear();

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        int member = 0, block = start;
        for (; block >= _members[member].Blocks; member++)
            block -= _members[member].Blocks;
        _members[member].RunBlock(block, lane);
    }
}
