using Joule.Compute;
using Joule.Data;
using Joule.Energies;

namespace Joule.Scoring;

/// <summary>The memory of one call: some states, their energies and the cells of a row.</summary>
internal sealed class ScorerWorkspace(int rows, int width, int columns) : IDisposable
{
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
