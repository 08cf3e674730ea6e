using System.Globalization;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>
/// The landscape of a model of points in the plane: its density beside the known one, the data, and samples. Energies are drawn as −ln of
/// the density where the model could be normalised, on one scale for both.
/// </summary>
internal sealed class PointLandscape
{
    private const int MostPoints = 2000;
    private const double LeastTop = 8; // nats above the highest density
    private const string Normalised = "−ln density, nats above the truth's lowest", Bare = "nats above the lowest energy";

    private readonly Device _device;
    private readonly PointMap _map;
    private readonly Coordinates[] _data;
    private readonly MapPanel? _truth;
    private readonly EnergyBands? _bands;

    /// <summary>Evaluates what does not depend on the model.</summary>
    /// <param name="device">The device that evaluates.</param>
    /// <param name="transform">The transform of the data.</param>
    /// <param name="states">The data.</param>
    public PointLandscape(Device device, DataTransform transform, StateSet states)
    {
        _device = device;
        _map = PointMap.Of(transform, states);
        _data = _map.Places(states, MostPoints);
        Horizontal = RangeOf(_data.Select(p => p.X));
        Vertical = RangeOf(_data.Select(p => p.Y));
        if (transform is not DrawsTransform draws)
            return;
        EnergyGrid grid = EnergyGrid.Over(draws.Truth, Horizontal, Vertical, device,
            static (x, y, state) => (state[0], state[1]) = (x, y));
        float lowest = grid.Energies.ToArray().Min();
        LowestOfTruth = lowest + LogPartition(draws.Truth);
        _bands = new EnergyBands(lowest, LeastTop);
        _truth = new MapPanel($"truth: {draws.Source}") { Grid = grid, Bands = _bands };
    }

    /// <summary>The range of the first number.</summary>
    public RobustRange Horizontal { get; }

    /// <summary>The range of the second.</summary>
    public RobustRange Vertical { get; }

    // The lowest −ln density of the truth, in nats and the plane's own units; NaN where it is unknown.
    private double LowestOfTruth { get; } = double.NaN;

    /// <summary>Draws a model.</summary>
    /// <param name="title">The title.</param>
    /// <param name="model">The model.</param>
    /// <param name="divergence">How far it is from the truth, or null.</param>
    /// <param name="samples">States drawn from it, concatenated; empty for a picture of densities alone.</param>
    public Sheet Draw(string title, Energy model, DensityDivergence? divergence, ReadOnlySpan<float> samples)
    {
        EnergyGrid grid = EnergyGrid.Over(model, Horizontal, Vertical, _device, _map.State);
        bool known = divergence is not null && _bands is not null && double.IsFinite(LowestOfTruth);
        // −ln q = E + ln Z + ln area, so the truth's lowest −ln p lies at this energy of the model.
        EnergyBands bands = known
            ? new EnergyBands(LowestOfTruth - divergence!.LogPartition - _map.LogArea, LeastTop)
            : OwnBands(grid);
        List<MapPanel> panels = _truth is null ? [] : [_truth];
        panels.Add(new MapPanel("model") { Grid = grid, Bands = bands });
        if (samples.Length > 0)
        {
            panels.Add(new MapPanel("data") { Points = _data, Colour = Curve.Blue });
            panels.Add(new MapPanel("samples of the model") { Points = Inside(_map.Places(samples)), Colour = Curve.Vermillion });
        }
        return MapSheet.Draw(title, Summary(divergence), panels, _map.Names, Horizontal, Vertical, bands, known ? Normalised : Bare);
    }

    /// <summary>The divergence in words, for example <c>KL(truth‖model) = 0.0431 nats</c>.</summary>
    public static string Summary(DensityDivergence? divergence) => divergence is null ? "points in the plane"
        : string.Create(CultureInfo.InvariantCulture, $"KL(truth‖model) = {divergence.Nats:0.0000} nats by quadrature");

    private Coordinates[] Inside(Coordinates[] places) =>
        [.. places.Where(p => Horizontal.Contains(p.X) && Vertical.Contains(p.Y))];

    private static RobustRange RangeOf(IEnumerable<double> values)
    {
        RobustRange range = RobustRange.Empty;
        foreach (double value in values)
            range = range.Including(value);
        return range.Padded();
    }

    private static double LogPartition(Energy truth) => (truth as IKnown)?.LogPartition ?? double.NaN;

    private static EnergyBands OwnBands(EnergyGrid grid)
    {
        float[] finite = [.. grid.Energies.ToArray().Where(float.IsFinite).Order()];
        return finite.Length == 0 ? new EnergyBands(0, 1)
            : new EnergyBands(finite[0], Math.Max(LeastTop, finite[finite.Length / 10] - finite[0]));
    }
}
