using System.Numerics.Tensors;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The map from unconstrained numbers y to the numbers x of a continuous domain, each on its own: x = a + (b − a)/(1 + e⁻ʸ) between walls a
/// and b, x = a + eʸ above a single wall, x = b − eʸ below one, and x = y without walls.
/// </summary>
internal sealed class WallTransform
{
    // On or beyond a wall, a state starts this share of the domain's width inside; with a single wall, of its size, or of 1.
    private const double Inside = 1.0 / (1 << 23);

    private const int Chunk = 256;

    private readonly Kind[] _kinds;
    private readonly float[] _low;
    private readonly float[] _high;

    // The nearest numbers inside: x never lies on a wall, where an energy may be infinite.
    private readonly float[] _least;
    private readonly float[] _most;
    private readonly double _logWidths;

    /// <summary>Makes the map for a domain.</summary>
    /// <exception cref="InvalidInputException">A number of the domain is discrete.</exception>
    public WallTransform(StateSpace space)
    {
        if (!space.IsContinuous)
        {
            throw new InvalidInputException($"Transformed walls need numbers that are real or in a box; the energy is defined on {space}. "
                + "Use a sampler of discrete states, or an energy of continuous ones.");
        }
        int width = space.Width;
        (_kinds, _low, _high) = (new Kind[width], new float[width], new float[width]);
        (_least, _most) = (new float[width], new float[width]);
        for (int i = 0; i < width; i++)
        {
            (_low[i], _high[i]) = space.Columns?[i] is { } column ? (column.Low, column.High) : (space.Low, space.High);
            bool above = float.IsFinite(_low[i]), below = float.IsFinite(_high[i]);
            _kinds[i] = above && below ? Kind.Both : above ? Kind.Low : below ? Kind.High : Kind.None;
            _least[i] = above ? MathF.BitIncrement(_low[i]) : _low[i];
            _most[i] = below ? MathF.BitDecrement(_high[i]) : _high[i];
            if (above && below)
                _logWidths += Math.Log((double)_high[i] - _low[i]);
        }
    }

    private enum Kind : byte
    {
        None,
        Low,
        High,
        Both,
    }

    /// <summary>Whether any number of a domain has a wall.</summary>
    public static bool HasWalls(StateSpace space) => space.Columns?.Any(c => HasWall(c.Low, c.High)) ?? HasWall(space.Low, space.High);

    /// <summary>x(y) of a state.</summary>
    public void ToState(ReadOnlySpan<float> y, Span<float> x)
    {
        Exponentials(0, y, x);
        for (int i = 0; i < x.Length; i++)
        {
            float e = x[i];
            float value = _kinds[i] switch
            {
                Kind.None => y[i],
                Kind.Low => _low[i] + e,
                Kind.High => _high[i] - e,
                // From the nearer wall, so that the distance to it keeps its digits.
                _ => y[i] < 0 ? _low[i] + (_high[i] - _low[i]) * (e / (1 + e)) : _high[i] - (_high[i] - _low[i]) * (e / (1 + e)),
            };
            x[i] = Math.Max(_least[i], Math.Min(value, _most[i]));
        }
    }

    /// <summary>y(x) of a state; finite unless x is not.</summary>
    public void ToUnconstrained(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double low = _low[i], high = _high[i], value = x[i];
            switch (_kinds[i])
            {
                case Kind.None:
                    y[i] = x[i];
                    break;
                case Kind.Low:
                    value = value > low || double.IsNaN(value) ? value : low + Inside * Math.Max(1, Math.Abs(low));
                    y[i] = (float)Math.Log(value - low);
                    break;
                case Kind.High:
                    value = value < high || double.IsNaN(value) ? value : high - Inside * Math.Max(1, Math.Abs(high));
                    y[i] = (float)Math.Log(high - value);
                    break;
                default:
                    double step = Inside * (high - low);
                    value = value <= low ? low + step : value >= high ? high - step : value;
                    y[i] = (float)(Math.Log(value - low) - Math.Log(high - value));
                    break;
            }
        }
    }

    /// <summary>ln|dx/dy|, and the gradient with respect to y of E(x(y)) − T·ln|dx/dy|.</summary>
    /// <param name="y">A state.</param>
    /// <param name="gradient">∇ₓE, which is replaced; empty for ln|dx/dy| alone.</param>
    /// <param name="temperature">T.</param>
    public double LogJacobian(ReadOnlySpan<float> y, Span<float> gradient, float temperature)
    {
        double log = _logWidths;
        Span<float> exponentials = stackalloc float[Chunk];
        for (int start = 0; start < y.Length; start += Chunk)
        {
            Span<float> chunk = exponentials[..Math.Min(Chunk, y.Length - start)];
            Exponentials(start, y.Slice(start, chunk.Length), chunk);
            // ln σ(y)σ(−y) = −|y| − 2·ln(1 + e^−|y|): one logarithm of the product of the sums, each at most 2.
            double product = 1;
            for (int k = 0; k < chunk.Length; k++)
            {
                int i = start + k;
                float e = chunk[k], slope = 1, rise = 0;
                switch (_kinds[i])
                {
                    case Kind.Low:
                        (slope, rise) = (e, 1);
                        log += y[i];
                        break;
                    case Kind.High:
                        (slope, rise) = (-e, 1);
                        log += y[i];
                        break;
                    case Kind.Both:
                        float far = 1 / (1 + e);
                        slope = (_high[i] - _low[i]) * e * far * far;
                        rise = y[i] < 0 ? (1 - e) * far : (e - 1) * far;
                        product *= 1 + (double)e;
                        log -= Math.Abs(y[i]);
                        break;
                    default:
                        break;
                }
                if (!gradient.IsEmpty)
                    gradient[i] = gradient[i] * slope - temperature * rise;
            }
            log -= 2 * Math.Log(product);
        }
        return log;
    }

    private static bool HasWall(float low, float high) => float.IsFinite(low) || float.IsFinite(high);

    // e^−|y| between two walls, eʸ at a single one.
    private void Exponentials(int start, ReadOnlySpan<float> y, Span<float> exponentials)
    {
        for (int k = 0; k < y.Length; k++)
        {
            Kind kind = _kinds[start + k];
            exponentials[k] = kind == Kind.Both ? -Math.Abs(y[k]) : kind == Kind.None ? 0 : y[k];
        }
        TensorPrimitives.Exp(exponentials, exponentials);
    }
}
