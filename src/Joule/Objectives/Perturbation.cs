using Joule.Compute;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// Symmetric moves of states: a move from x to y is as likely as one from y to x. Continuous numbers get normal noise, mirrored at walls;
/// bits and spins flip and categories change with a probability of half the scale, at most ½.
/// </summary>
internal sealed class Perturbation
{
    private const uint OfState = 0x8000_0000; // the chains of draws that belong to a state of the data instead of a move

    private readonly StateSpace _space;
    private readonly ColumnDomain[]? _columns; // null: all are real
    private readonly double _deviation;
    private readonly double _least;
    private readonly double _ratio;

    /// <summary>Creates the moves.</summary>
    /// <param name="space">The space of the states.</param>
    /// <param name="width">The width of states (<see cref="StateWidth"/>).</param>
    /// <param name="least">The smallest scale, as a multiple of the deviation of the states.</param>
    /// <param name="most">The largest scale.</param>
    public Perturbation(StateSpace space, double width, double least, double most)
    {
        _space = space;
        _deviation = width / Math.Sqrt(12);
        (_least, _ratio) = (least, most / least);
        _columns = space.Domain == Domain.Real ? null
            : [.. Enumerable.Range(0, space.Width).Select(j => space.Columns?[j] ?? new ColumnDomain(space.Domain, space.Low, space.High))];
    }

    /// <summary>Draws the scale of a state of the data: log-uniform from the smallest to the largest.</summary>
    /// <param name="draws">The draws of the update.</param>
    /// <param name="state">The state, from 0.</param>
    public double Scale(in RandomStream draws, int state) => _least * Math.Pow(_ratio, draws.OpenUniform(OfState + (uint)state, After));

    /// <summary>Moves a state of the data with the draws of the state itself, to compare others with.</summary>
    public void MoveCentre(in RandomStream draws, int state, double scale, ReadOnlySpan<float> from, Span<float> to) =>
        Move(draws, OfState + (uint)state, scale, from, to);

    /// <summary>Writes a moved state.</summary>
    /// <param name="draws">The draws of the update.</param>
    /// <param name="move">The move, below 2³¹; each has draws of its own.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="from">The state; other memory than <paramref name="to"/>.</param>
    /// <param name="to">Receives the moved state.</param>
    public void Move(in RandomStream draws, uint move, double scale, ReadOnlySpan<float> from, Span<float> to)
    {
        float deviation = (float)(scale * _deviation);
        draws.FillNormal(to, move);
        if (_columns is null)
        {
            for (int j = 0; j < to.Length; j++)
                to[j] = from[j] + deviation * to[j];
            return;
        }
        double flip = Math.Min(0.5, 0.5 * scale);
        for (int j = 0; j < to.Length; j++)
        {
            ColumnDomain column = _columns[j];
            to[j] = column.Domain is Domain.Real or Domain.Box
                ? Mirror(column, from[j] + deviation * to[j])
                : Change(column, from[j], draws.OpenUniform(move, After + 1 + j) / flip);
        }
    }

    /// <summary>Changes a discrete number for sure: flips it, or draws one of the other categories.</summary>
    /// <param name="number">The number of the state.</param>
    /// <param name="value">Its value.</param>
    /// <param name="uniform">A uniform draw, for categories.</param>
    public float Change(int number, float value, double uniform) => Change(_columns![number], value, uniform);

    private long After => RandomStream.AfterNormals(_space.Width);

    // A uniform draw of 1 or more changes nothing.
    private static float Change(ColumnDomain column, float value, double uniform)
    {
        if (uniform >= 1)
            return value;
        if (column.Domain != Domain.Categorical)
            return value == column.Low ? column.High : column.Low;
        int others = (int)(column.High - column.Low);
        float other = column.Low + Math.Min((int)(uniform * others), others - 1);
        return other < value ? other : other + 1;
    }

    private static float Mirror(ColumnDomain column, float value)
    {
        if (!float.IsFinite(value) || column.Domain == Domain.Real)
            return value;
        if (!float.IsFinite(column.High))
            return value < column.Low ? 2 * column.Low - value : value;
        if (!float.IsFinite(column.Low))
            return value > column.High ? 2 * column.High - value : value;
        // A mirror at both walls repeats after twice the width.
        float width = column.High - column.Low, off = (value - column.Low) % (2 * width);
        off = off < 0 ? off + 2 * width : off;
        return Math.Clamp(column.Low + (off > width ? 2 * width - off : off), column.Low, column.High);
    }
}
