namespace Joule.Energies;

/// <summary>Which rows belong to which component, with which responsibility: at most four components a row.</summary>
/// <param name="rows">Number of rows.</param>
/// <param name="components">Number of components.</param>
internal sealed class FactorMembers(int rows, int components)
{
    /// <summary>The most components of a row that count.</summary>
    public const int Most = 4;

    private const float Least = 1e-3f;

    private readonly int[] _component = new int[rows * Most];
    private readonly float[] _share = new float[rows * Most];
    private readonly int[] _first = new int[components + 1];
    private readonly int[] _rows = new int[rows * Most];
    private readonly float[] _shares = new float[rows * Most];

    /// <summary>Number of rows.</summary>
    public int Rows => rows;

    /// <summary>Gives a row to one component.</summary>
    public void Set(int row, int component)
    {
        _share.AsSpan(row * Most, Most).Clear();
        (_component[row * Most], _share[row * Most]) = (component, 1);
    }

    /// <summary>Gives a row to the components with the largest responsibilities, those below 10⁻³ left out.</summary>
    public void Set(int row, ReadOnlySpan<float> responsibilities)
    {
        Span<int> best = _component.AsSpan(row * Most, Most);
        Span<float> shares = _share.AsSpan(row * Most, Most);
        shares.Clear();
        for (int k = 0; k < responsibilities.Length; k++)
        {
            float share = responsibilities[k];
            if (share < Least || share <= shares[Most - 1])
                continue;
            int at = Most - 1;
            for (; at > 0 && share > shares[at - 1]; at--)
                (shares[at], best[at]) = (shares[at - 1], best[at - 1]);
            (shares[at], best[at]) = (share, k);
        }
    }

    /// <summary>Sorts the rows by component; each component's rows stay in order.</summary>
    public void Sort()
    {
        _first.AsSpan().Clear();
        for (int i = 0; i < _share.Length; i++)
        {
            if (_share[i] > 0)
                _first[_component[i] + 1]++;
        }
        for (int k = 0; k < components; k++)
            _first[k + 1] += _first[k];
        int[] next = _first[..components];
        for (int i = 0; i < _share.Length; i++)
        {
            if (_share[i] == 0)
                continue;
            int at = next[_component[i]]++;
            (_rows[at], _shares[at]) = (i / Most, _share[i]);
        }
    }

    /// <summary>The rows of a component.</summary>
    public ReadOnlySpan<int> RowsOf(int component) => _rows.AsSpan(_first[component]..(_first[component + 1]));

    /// <summary>Their responsibilities.</summary>
    public ReadOnlySpan<float> SharesOf(int component) => _shares.AsSpan(_first[component]..(_first[component + 1]));
}
