using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = Q(L(x)), L = ln (1/M) Σₘ exp Aₘ(Eₘ(x)): a smooth maximum of M energies, in nats. Aₘ = −ln of the share of training rows with an
/// energy this high (<see cref="TailCalibration"/>), so that exp(−L) is the harmonic mean of the tail probabilities (Wilson, "The harmonic
/// mean p-value for combining dependent tests", 2019). Q puts it on the scale of the first energy: the quantiles of its training rows, then
/// t + M·m·(exp(L − Lₜ) − 1) beyond the largest of them, t.
/// </summary>
/// <remarks>
/// Where E₁ ≥ t, E ≥ E₁ + (1 − M)·m; elsewhere E is bounded below, and that region has a finite volume. So exp(−E) is integrable if
/// exp(−E₁) is.
/// </remarks>
public sealed class SmoothMaximumEnergy : FittedEnergy
{
    private const int Concentrations = 4;

    private readonly FittedEnergy[] _parts;
    private readonly SmoothMaximumOptions _options;
    private readonly WorkspacePool<PartsWorkspace> _workspaces;
    private TailCalibration[] _calibrations = [];

    /// <summary>Creates the energy; its parts are created on parts of its memory.</summary>
    internal SmoothMaximumEnergy(Device device, StateSpace space, SmoothMaximumOptions options, Rows memory) : base(device, space, memory)
    {
        List<FittedEnergy> parts = [];
        int at = memory.Offset + options.Energies.Count * TailCalibration.Length;
        foreach (FittedOptions part in options.Energies.Cast<FittedOptions>())
        {
            int length = (int)part.CountFitted(space);
            FittedEnergy energy = (FittedEnergy)part.Create(device, space, new Rows(memory.Buffer, at, 1, length));
            energy.IsPart = true;
            parts.Add(energy);
            at += length;
        }
        _parts = [.. parts];
        _options = options;
        BlockRows = _parts.Max(p => p.BlockRows);
        _workspaces = new WorkspacePool<PartsWorkspace>(2 * device.Lanes, () => new PartsWorkspace(BlockRows, _parts.Length, Width));
        Initialize(0);
    }

    /// <inheritdoc/>
    public override int BlockRows { get; }

    /// <summary>The energies that it is made of.</summary>
    public IReadOnlyList<FittedEnergy> Parts => _parts;

    private protected override void Start(Span<float> fitted)
    {
        for (int m = 0; m < _parts.Length; m++)
        {
            TailCalibration.Start(fitted.Slice(m * TailCalibration.Length, TailCalibration.Length));
            _parts[m].Initialize(0);
            Device.Download(_parts[m].Fitted).CopyTo(fitted[Place(m)..]);
        }
    }

    private protected override void Fill(FitRows rows, float[] fitted)
    {
        if (_options.CountLeftOut(rows.Count) > 0)
            rows = Concentrate(rows, fitted);
        FitParts(rows, fitted);
        for (int m = 0; m < _parts.Length; m++)
            Device.Download(_parts[m].Fitted).CopyTo(fitted.AsSpan(Place(m)));
    }

    private protected override void Take(float[] fitted)
    {
        _calibrations = [.. Enumerable.Range(0, _parts.Length).Select(m => CalibrationOf(fitted, m))];
        foreach (FittedEnergy part in _parts)
            part.Commit();
    }

    private protected override double[] LeaveOneOut(FitRows rows) => [];

    private protected override void Run(Rows states, Rows energies, Rows gradient)
    {
        PartsWorkspace workspace = _workspaces.Rent(out int place);
        Span<double> values = stackalloc double[_parts.Length];
        for (int start = 0; start < states.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, states.Count - start);
            workspace.Evaluate(_parts, states.Slice(start, count), gradient.Count > 0);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> some = workspace.Energies(i);
                for (int m = 0; m < _parts.Length; m++)
                    values[m] = some[m];
                energies[start + i][0] = (float)Combine(_calibrations, values, workspace.Slopes);
                if (gradient.Count > 0)
                    workspace.Join(i, gradient[start + i]);
            }
        }
        _workspaces.Return(workspace, place);
    }

    private protected override void Release()
    {
        foreach (FittedEnergy part in _parts)
            part.Dispose();
        _workspaces.Dispose();
    }

    // Leave-one-out energies of all parts, and their calibrations.
    private double[][] FitParts(FitRows rows, float[] fitted)
    {
        double[][] energies = new double[_parts.Length][];
        for (int m = 0; m < _parts.Length; m++)
        {
            energies[m] = _parts[m].Fit(rows);
            TailCalibration.Fit(energies[m], fitted.AsSpan(m * TailCalibration.Length, TailCalibration.Length));
        }
        return energies;
    }

    // Fits the rows of lowest energy, several times: rows of a cluster hide each other in the first fit, but not in the next (the
    // concentration steps of Rousseeuw and Van Driessen 1999).
    private FitRows Concentrate(FitRows all, float[] fitted)
    {
        int[] kept = [.. Enumerable.Range(0, all.Count)];
        int count = all.Count - _options.CountLeftOut(all.Count);
        for (int round = 0; round < Concentrations; round++)
        {
            FitRows some = all.Take(kept).JudgeAll();
            double[][] parts = FitParts(some, fitted), energies = [.. parts.Select(p => All(all, kept, p))];
            bool[] isKept = new bool[all.Count];
            foreach (int row in kept)
                isKept[row] = true;
            int[] others = [.. Enumerable.Range(0, all.Count).Where(i => !isKept[i])];
            for (int m = 0; m < _parts.Length; m++)
                all.Evaluate(_parts[m], others, energies[m]);
            kept = [.. Lowest(Combine(energies, all.Count, fitted), count)];
        }
        return all.Take(kept);
    }

    private static double[] All(FitRows all, int[] kept, double[] energies)
    {
        double[] spread = new double[all.Count];
        for (int i = 0; i < kept.Length; i++)
            spread[kept[i]] = energies[i];
        return spread;
    }

    // Ties go to the first rows.
    private static IEnumerable<int> Lowest(double[] energies, int count) =>
        Enumerable.Range(0, energies.Length).OrderBy(i => energies[i]).Take(count).Order();

    private static double[] Combine(double[][] parts, int count, float[] fitted)
    {
        TailCalibration[] calibrations = [.. Enumerable.Range(0, parts.Length).Select(m => CalibrationOf(fitted, m))];
        double[] energies = new double[count], slopes = new double[parts.Length];
        for (int i = 0; i < count; i++)
            energies[i] = Combine(calibrations, [.. parts.Select(p => p[i])], slopes);
        return energies;
    }

    // E, and its slopes in the energies of the parts.
    private static double Combine(TailCalibration[] calibrations, ReadOnlySpan<double> values, Span<double> slopes)
    {
        int parts = calibrations.Length;
        double highest = double.NegativeInfinity, sum = 0;
        Span<double> logs = stackalloc double[parts];
        for (int m = 0; m < parts; m++)
        {
            (logs[m], slopes[m]) = calibrations[m].At(values[m]);
            highest = Math.Max(highest, logs[m]);
        }
        foreach (double log in logs)
            sum += Math.Exp(log - highest);
        TailCalibration first = calibrations[0];
        double combined = highest + Math.Log(sum / parts);
        (double energy, double slope) = first.Invert(combined);
        if (combined >= first.Last)
        {
            double growth = parts * first.MeanExcess * Math.Exp(combined - first.Last);
            (energy, slope) = (first.Largest + growth - parts * first.MeanExcess, growth);
        }
        for (int m = 0; m < parts; m++)
            slopes[m] *= slope * Math.Exp(logs[m] - highest) / sum;
        return energy;
    }

    private static TailCalibration CalibrationOf(float[] fitted, int part) =>
        new(fitted.AsMemory(part * TailCalibration.Length, TailCalibration.Length));

    // Where the numbers of a part begin in those of the whole.
    private int Place(int part) => _parts[part].Fitted.Offset - Fitted.Offset;
}
