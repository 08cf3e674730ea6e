namespace Joule.Compute;

/// <summary>Copies rows as part of a launch; <see cref="Device.Copy"/> does it alone.</summary>
public sealed class CopyProgram : DeviceProgram, IRowWork
{
    private Rows _from, _to;

    /// <inheritdoc/>
    public override string Name => "a copy of rows";

    /// <inheritdoc/>
    public override int Count => _from.Count;

    /// <inheritdoc/>
    public override int BlockRows => 16;

    /// <summary>Sets what the next launch copies: each row to the row with the same index.</summary>
    public void Prepare(Rows from, Rows to) => (_from, _to) = (from, to);

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.Device.Copy(_from, _to);
    }

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane) => _from.Slice(start, count).Span.CopyTo(_to.Slice(start, count).Span);
}
