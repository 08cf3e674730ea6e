using Joule.Compute;
using Joule.Data;

namespace Joule.Scoring;

/// <summary>The memory of one call: some states, their energies and the cells of a row.</summary>
internal sealed class ScorerWorkspace(int rows, int width, int columns) : IDisposable
{
    private readonly DeviceBuffer _states = DeviceBuffer.OnHost((long)rows * width);
    private readonly DeviceBuffer _energies = DeviceBuffer.OnHost(rows);

    /// <summary>The states.</summary>
    public Rows States => _states.AsRows(rows, width);

    /// <summary>Their energies.</summary>
    public Rows Energies => _energies.AsRows(rows, 1);

    /// <summary>The cells of a row.</summary>
    public RowCell[] Cells { get; } = new RowCell[columns];

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _states.Dispose();
        _energies.Dispose();
    }
}
