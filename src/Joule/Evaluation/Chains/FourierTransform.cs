namespace Joule.Evaluation;

/// <summary>
/// The discrete Fourier transform of complex numbers, and its inverse, in place (Cooley and Tukey 1965). The transform is left in
/// bit-reversed order, which the inverse takes: products of transforms need no reordering.
/// </summary>
internal sealed class FourierTransform
{
    private readonly int _size;
    private readonly double[] _cosines;
    private readonly double[] _sines;

    /// <summary>Prepares.</summary>
    /// <param name="size">How many numbers: a power of two.</param>
    public FourierTransform(int size)
    {
        if (!int.IsPow2(size))
            throw new ArgumentOutOfRangeException(nameof(size), size, "The size is a power of two.");
        _size = size;
        _cosines = new double[size / 2];
        _sines = new double[size / 2];
        for (int i = 0; i < size / 2; i++)
            (_sines[i], _cosines[i]) = Math.SinCos(-2 * Math.PI * i / size);
    }

    /// <summary>Xₖ = Σ xₜ exp(−2πi k t / n), in bit-reversed order.</summary>
    /// <param name="real">The real parts, in and out.</param>
    /// <param name="imaginary">The imaginary parts, in and out.</param>
    public void Forward(Span<double> real, Span<double> imaginary)
    {
        for (int half = _size / 2; half >= 1; half /= 2)
        {
            int stride = _size / 2 / half;
            for (int start = 0; start < _size; start += 2 * half)
            {
                Span<double> r0 = real.Slice(start, half), r1 = real.Slice(start + half, half);
                Span<double> i0 = imaginary.Slice(start, half), i1 = imaginary.Slice(start + half, half);
                for (int j = 0, k = 0; j < r0.Length; j++, k += stride)
                {
                    double r = r0[j] - r1[j], i = i0[j] - i1[j], cosine = _cosines[k], sine = _sines[k];
                    r0[j] += r1[j];
                    i0[j] += i1[j];
                    r1[j] = r * cosine - i * sine;
                    i1[j] = r * sine + i * cosine;
                }
            }
        }
    }

    /// <summary>n xₜ = Σ Xₖ exp(2πi k t / n), from bit-reversed order.</summary>
    /// <param name="real">The real parts, in and out.</param>
    /// <param name="imaginary">The imaginary parts, in and out.</param>
    public void Inverse(Span<double> real, Span<double> imaginary)
    {
        for (int half = 1; half < _size; half *= 2)
        {
            int stride = _size / 2 / half;
            for (int start = 0; start < _size; start += 2 * half)
            {
                Span<double> r0 = real.Slice(start, half), r1 = real.Slice(start + half, half);
                Span<double> i0 = imaginary.Slice(start, half), i1 = imaginary.Slice(start + half, half);
                for (int j = 0, k = 0; j < r0.Length; j++, k += stride)
                {
                    double cosine = _cosines[k], sine = -_sines[k];
                    double r = r1[j] * cosine - i1[j] * sine, i = r1[j] * sine + i1[j] * cosine;
                    r1[j] = r0[j] - r;
                    i1[j] = i0[j] - i;
                    r0[j] += r;
                    i0[j] += i;
                }
            }
        }
    }
}
