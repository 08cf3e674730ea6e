using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// The distribution of one number round a centre: normal for real numbers, normal within the walls of a box, and for discrete numbers the
/// centre itself or, with a probability p, any other value (Aitchison and Aitken, Biometrika 63:413, 1976).
/// </summary>
/// <param name="Column">The domain of the number.</param>
/// <param name="Width">The standard deviation, above 0; for discrete numbers p, above 0 and below 1.</param>
internal readonly record struct ColumnKernel(ColumnDomain Column, double Width)
{
    private const double LeastFlip = 0.01;

    /// <summary>Whether the number varies continuously.</summary>
    public bool IsContinuous => Column.Domain is Domain.Real or Domain.Box;

    /// <summary>Whether distances between values mean nothing: more than two values, without an order.</summary>
    public bool IsCategorical => Column.Domain == Domain.Categorical;

    /// <summary>The weight of (x − c)²/2 in −ln q; for categories, the cost of a value other than c.</summary>
    public double Precision
    {
        get
        {
            if (IsContinuous)
                return 1 / (Width * Width);
            double cost = Math.Log((1 - Width) * (Values - 1) / Width);
            double step = (double)Column.High - Column.Low;
            return IsCategorical ? cost : 2 * cost / (step * step);
        }
    }

    private int Values => IsCategorical ? (int)(Column.High - Column.Low) + 1 : 2;

    /// <summary>The kernel of a domain whose values have a standard deviation.</summary>
    /// <param name="column">The domain.</param>
    /// <param name="deviation">The standard deviation of the kernel; a discrete kernel has at most that of a fair draw.</param>
    public static ColumnKernel Of(ColumnDomain column, double deviation)
    {
        if (column.Domain is Domain.Real or Domain.Box)
            return new ColumnKernel(column, deviation);
        int values = column.Domain == Domain.Categorical ? (int)(column.High - column.Low) + 1 : 2;
        double step = column.Domain == Domain.Categorical ? 1 : (double)column.High - column.Low, share = deviation / step;
        double flip = 0.5 * (1 - Math.Sqrt(Math.Max(0, 1 - 4 * share * share))); // p(1 − p) = share²
        return new ColumnKernel(column, Math.Clamp(flip, LeastFlip, (values - 1.0) / values));
    }

    /// <summary>ln q of the centre itself.</summary>
    public double LogPeak(double centre) => IsContinuous
        ? -Math.Log(Width * Math.Sqrt(2 * Math.PI)) - (Column.Domain == Domain.Box ? Math.Log(Inside(centre)) : 0)
        : Math.Log(1 - Width);

    /// <summary>A draw.</summary>
    /// <param name="centre">The centre; in a box, within its walls.</param>
    /// <param name="uniform">A uniform draw, above 0 and below 1.</param>
    public float Draw(double centre, double uniform)
    {
        if (Column.Domain == Domain.Real)
            return (float)(centre + Width * NormalQuantile.Of(uniform));
        if (Column.Domain == Domain.Box)
        {
            double below = NormalProbability.Of((Column.Low - centre) / Width);
            double at = Math.Clamp(below + uniform * Inside(centre), double.Epsilon, 1 - 1e-16);
            return (float)Math.Clamp(centre + Width * NormalQuantile.Of(at), Column.Low, Column.High);
        }
        if (uniform >= Width)
            return (float)centre;
        if (!IsCategorical)
            return centre == Column.Low ? Column.High : Column.Low;
        int other = (int)(uniform / Width * (Values - 1));
        double value = Column.Low + Math.Min(other, Values - 2);
        return (float)(value < centre ? value : value + 1);
    }

    private double Inside(double centre) =>
        NormalProbability.Of((Column.Low - centre) / Width, (Column.High - centre) / Width);
}
