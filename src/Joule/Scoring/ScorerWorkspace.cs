using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Scoring;

/// <summary>The memory of one call: some states, their energies and the cells of a row.</summary>
internal sealed class ScorerWorkspace(int rows, int width, int columns, bool marksMissing) : IDisposable
{
    private readonly bool[] _isMissing = marksMissing ? new bool[rows * width] : [];
    private readonly bool[] _hasMissing = marksMissing ? new bool[rows] : [];
    private readonly DeviceBuffer _states = DeviceBuffer.OnHost((long)rows * width);
    private readonly DeviceBuffer _energies = DeviceBuffer.OnHost(rows);
    private EnergyEvaluation? _evaluation;
    private float[] _values = [];

    /// <summary>The states.</summary>
    public Rows States => _states.AsRows(rows, width);

    /// <summary>Their energies.</summary>
    public Rows Energies => _energies.AsRows(rows, 1);

    /// <summary>The cells of a row.</summary>
    public RowCell[] Cells { get; } = new RowCell[columns];

    /// <summary>Reads a state.</summary>
    /// <param name="transform">Converts the cells, and marks missing values if there is memory for the marks.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="row">Which of the states.</param>
    /// <param name="acceptsUnknown">Whether unknown values are accepted.</param>
    public void Read(IRowTransform transform, ReadOnlySpan<RowCell> cells, int row, bool acceptsUnknown)
    {
        if (_hasMissing.Length == 0)
            transform.Read(cells, States[row], acceptsUnknown);
        else
            _hasMissing[row] = transform.ReadKnown(cells, States[row], _isMissing.AsSpan(row * width, width), acceptsUnknown);
    }

    /// <summary>Replaces the energies of states with missing values by those of what is known.</summary>
    /// <param name="missing">Draws the missing values.</param>
    /// <param name="device">The device whose workers do it; null: the calling thread.</param>
    /// <param name="count">Number of states.</param>
    public void Integrate(MissingColumns missing, Device? device, int count)
    {
        int[] holes = [.. Enumerable.Range(0, count).Where(i => _hasMissing[i])];
        if (holes.Length == 0)
            return;
        if (device is not null && holes.Length > 1)
        {
            missing.Run(device, States, _isMissing, holes, (i, draws) => Energies[holes[i]][0] = (float)draws.FreeEnergy, default);
            return;
        }
        foreach (int row in holes)
            Energies[row][0] = (float)missing.Draw(States[row], _isMissing.AsSpan(row * width, width)).FreeEnergy;
    }

    /// <summary>Evaluates the first states on all threads of a device, always the same one.</summary>
    public void Launch(Device device, Energy energy, int count)
    {
        _evaluation ??= new EnergyEvaluation(device, energy);
        if (_values.Length < rows)
            _values = new float[rows];
        _evaluation.Run(States.Slice(0, count), _values);
        _values.AsSpan(0, count).CopyTo(Energies.Span);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _evaluation?.Dispose();
        _states.Dispose();
        _energies.Dispose();
    }
}
