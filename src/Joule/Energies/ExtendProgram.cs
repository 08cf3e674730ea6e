using Joule.Compute;

namespace Joule.Energies;

/// <summary>Writes rows followed by one more number, or, the other way, rows without their last number.</summary>
internal sealed class ExtendProgram : DeviceProgram
{
    private Rows _from, _to;
    private float _last;

    public override string Name => "states with their time";

    public override int Count => _from.Count;

    public override int BlockRows => 16;

    /// <summary>Writes a row followed by a number.</summary>
    public static void Extend(ReadOnlySpan<float> row, float last, Span<float> extended)
    {
        row.CopyTo(extended);
        extended[row.Length] = last;
    }

    /// <summary>Sets what the next launch writes.</summary>
    /// <param name="from">n rows.</param>
    /// <param name="to">n rows, by one number longer or shorter.</param>
    /// <param name="last">The last number of longer rows.</param>
    public ExtendProgram Prepare(Rows from, Rows to, float last = 0)
    {
        (_from, _to, _last) = (from, to, last);
        return this;
    }

    protected override void Run(int start, int count, int lane)
    {
        for (int i = start; i < start + count; i++)
        {
            if (_to.Width > _from.Width)
                Extend(_from[i], _last, _to[i]);
            else
                _from[i][.._to.Width].CopyTo(_to[i]);
        }
    }
}
