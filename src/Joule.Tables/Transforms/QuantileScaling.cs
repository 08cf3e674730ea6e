using System.Globalization;
using Joule.Compute;

namespace Joule.Tables;

/// <summary>
/// The normal quantile of a number's rank, which makes any distribution normal. It is piecewise linear between knots. Beyond the training
/// values it continues with the slope of the robust scaling, so that values farther out stay farther out.
/// </summary>
[Named("quantile", "the normal quantile of the rank: any distribution becomes normal")]
public sealed record QuantileScaling : Scaling
{
    private const int MostKnots = 256;

    private double[] _values = [0, 1];
    private double[] _normals = [0, 1];

    /// <summary>
    /// The knots, separated by spaces: pairs <c>value:normal</c> of a column value and a number of the state, both ascending.
    /// </summary>
    public string Knots
    {
        get => string.Join(' ', _values.Select((value, i) => string.Create(CultureInfo.InvariantCulture, $"{value:R}:{_normals[i]:R}")));
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            string[][] pairs = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(':'))];
            _values = [.. pairs.Select(pair => Number(pair[0]))];
            _normals = [.. pairs.Select(pair => pair.Length == 2 ? Number(pair[1]) : double.NaN)];
        }
    }

    /// <summary>The column values of the knots, ascending.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>The numbers of the state at the knots, ascending.</summary>
    public IReadOnlyList<double> Normals => _normals;

    /// <summary>Column units per unit of the state beyond the knots. Above 0.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override QuantileScaling Fit(ReadOnlySpan<double> sorted)
    {
        List<double> values = [], normals = [];
        int count = sorted.Length, taken = -1;
        for (int first = 0; first < count;)
        {
            int end = first + 1;
            while (end < count && sorted[end] == sorted[first])
                end++;
            // Only some of many distinct values become knots, but always the first and the last.
            int knot = (int)((long)(first + end - 1) * (MostKnots - 1) / (2L * Math.Max(1, count - 1)));
            double normal = NormalQuantile.Of((first + end) / (2.0 * count));
            if ((knot > taken || end == count) && (normals.Count == 0 || normal > normals[^1]))
            {
                values.Add(sorted[first]);
                normals.Add(normal);
                taken = knot;
            }
            first = end;
        }
        return new QuantileScaling { _values = [.. values], _normals = [.. normals], Scale = new RobustScaling().Fit(sorted).Scale };
    }

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        CheckScale(problems, path, Scale);
        if (Values.Count < 2 || !Ascends(_values) || !Ascends(_normals))
            problems.Add($"{path}knots must be at least two pairs of finite numbers, value:normal, both ascending");
    }

    /// <inheritdoc/>
    public bool Equals(QuantileScaling? other) => base.Equals(other) && Scale == other!.Scale
        && _values.AsSpan().SequenceEqual(other._values) && _normals.AsSpan().SequenceEqual(other._normals);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scale, _values.Length);

    /// <inheritdoc/>
    protected override double Forward(double value)
    {
        if (value <= Values[0])
            return Normals[0] + ((value - Values[0]) / Scale);
        if (value >= Values[^1])
            return Normals[^1] + ((value - Values[^1]) / Scale);
        return Between(Values, Normals, value);
    }

    /// <inheritdoc/>
    protected override double Inverse(double z)
    {
        if (z <= Normals[0])
            return Values[0] + ((z - Normals[0]) * Scale);
        if (z >= Normals[^1])
            return Values[^1] + ((z - Normals[^1]) * Scale);
        return Between(Normals, Values, z);
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    private static bool Ascends(double[] numbers)
    {
        for (int i = 1; i < numbers.Length; i++)
        {
            if (!(numbers[i] > numbers[i - 1]))
                return false;
        }
        return Array.TrueForAll(numbers, double.IsFinite);
    }

    private static double Between(IReadOnlyList<double> from, IReadOnlyList<double> to, double value)
    {
        int low = 0, high = from.Count - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (from[middle] <= value)
                low = middle;
            else
                high = middle;
        }
        double part = (value - from[low]) / (from[high] - from[low]);
        return (to[low] * (1 - part)) + (to[high] * part);
    }
}
