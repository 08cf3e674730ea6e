namespace Joule.Tables;

/// <summary>
/// The normal quantile of a number's rank: what has any distribution becomes normal. Between knots it goes in straight lines; beyond the training values it goes on
/// with the slope of the robust scaling, so that a value that is farther out is farther out in the state too.
/// </summary>
[Named("quantile", "the normal quantile of the rank: any distribution becomes normal")]
public sealed record QuantileScaling : Scaling
{
    private const int MostKnots = 256;

    /// <summary>Values of the column, ascending.</summary>
    public IReadOnlyList<double> Values { get; init; } = [0, 1];

    /// <summary>The number of a state for each, ascending.</summary>
    public IReadOnlyList<double> Normals { get; init; } = [0, 1];

    /// <summary>Units of the column for one unit of the state beyond the knots; above 0.</summary>
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
            // Of many different values some are knots; the first and the last always are.
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
        return new QuantileScaling { Values = values, Normals = normals, Scale = new RobustScaling().Fit(sorted).Scale };
    }

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        CheckScale(problems, path, Scale);
        if (Values.Count < 2 || Values.Count != Normals.Count)
            problems.Add($"{path}values has {Values.Count} numbers and {path}normals {Normals.Count}; both must have as many, at least 2");
        foreach ((IReadOnlyList<double> list, string name) in new[] { (Values, "values"), (Normals, "normals") })
        {
            if (Enumerable.Range(1, Math.Max(0, list.Count - 1)).Any(i => !(list[i] > list[i - 1])))
                problems.Add($"{path}{name} does not ascend");
        }
    }

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
