using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// The squared kernel Stein discrepancy between states and p(x) ∝ exp(−E(x)/T): how much the states differ from draws of p, by ∇E alone
/// (Gorham and Mackey 2017, arXiv:1703.01717; Liu, Lee and Jordan 2016, arXiv:1602.03253). The kernel is the inverse multiquadric
/// k(x, y) = (c² + ‖x − y‖²)^β: with it, the discrepancy tends to 0 only if the states converge to p.
/// </summary>
/// <param name="V">
/// The V-statistic, over all pairs: the squared discrepancy of the states. At least 0 up to rounding. For n independent draws of p its
/// mean is that of the Stein kernel's diagonal, divided by n.
/// </param>
/// <param name="U">The U-statistic, over pairs of different states: unbiased, 0 on average for draws of p. NaN for one state.</param>
/// <remarks>
/// The cost is n²/2 kernels of about 5d multiplications for n states of d numbers: thin long chains first. The discrepancy does not detect
/// a missing mode far from the others: ∇E at one mode does not depend on the weight of another.
/// </remarks>
public readonly record struct KernelSteinDiscrepancy(double V, double U)
{
    /// <summary>The discrepancy itself: √V.</summary>
    public double Discrepancy => Math.Sqrt(Math.Max(V, 0));

    /// <summary>Measures states against an energy.</summary>
    /// <param name="energy">The energy, on real states without bounds.</param>
    /// <param name="states">The states: at least one, in any memory.</param>
    /// <param name="temperature">T, above 0.</param>
    /// <param name="scale">c, above 0: the width of the kernel, in units of the state.</param>
    /// <param name="exponent">β, above −1 and below 0.</param>
    /// <exception cref="InvalidInputException">The states are not real, do not fit, or there are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    /// <exception cref="DivergenceException">A state or a gradient is not finite.</exception>
    public static KernelSteinDiscrepancy Of(IDifferentiable energy, Rows states, double temperature = 1, double scale = 1,
        double exponent = -0.5)
    {
        ArgumentNullException.ThrowIfNull(energy);
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature is above 0.");
        if (!(energy.Space.Columns?.All(column => column.Domain == Domain.Real) ?? energy.Space.Domain == Domain.Real))
        {
            throw new InvalidInputException($"The kernel Stein discrepancy needs states that are real numbers without bounds; "
                + $"this energy is defined on {energy.Space}.");
        }
        float[] energies = new float[states.Count], x = new float[states.Length], gradient = new float[states.Length];
        Device? device = states.Buffer.Device;
        using (DeviceBuffer memory = device?.Allocate(states.Length) ?? DeviceBuffer.OnHost(states.Length))
        {
            Rows slopes = memory.AsRows(states.Count, states.Width);
            energy.Gradient(states, energies, slopes);
            Read(device, states, x);
            Read(device, slopes, gradient);
        }
        double[] points = Array.ConvertAll(x, value => (double)value);
        double[] scores = Array.ConvertAll(gradient, value => -value / temperature);
        return Of(points, scores, states.Width, scale, exponent);
    }

    /// <summary>Measures states against the score of a density.</summary>
    /// <param name="states">n states, one after the other.</param>
    /// <param name="scores">∇ ln p at each of them.</param>
    /// <param name="width">d: the numbers of a state.</param>
    /// <param name="scale">c, above 0.</param>
    /// <param name="exponent">β, above −1 and below 0.</param>
    /// <inheritdoc cref="Of(IDifferentiable, Rows, double, double, double)"/>
    public static KernelSteinDiscrepancy Of(ReadOnlySpan<double> states, ReadOnlySpan<double> scores, int width, double scale = 1,
        double exponent = -0.5)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale of the kernel is above 0.");
        if (!(exponent > -1 && exponent < 0))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent of the kernel lies between -1 and 0.");
        if (width < 1 || states.IsEmpty || states.Length % width != 0 || scores.Length != states.Length)
        {
            throw new InvalidInputException($"{states.Length} numbers in states of {width} and {scores.Length} numbers of scores "
                + "do not fit together; give at least one state, and a score for each.");
        }
        CheckFinite(states, width, "state");
        CheckFinite(scores, width, "score");
        int count = states.Length / width;
        double diagonal = 0, pairs = 0;
        double[] difference = new double[width];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> x = states.Slice(i * width, width), s = scores.Slice(i * width, width);
            for (int j = 0; j <= i; j++)
            {
                TensorPrimitives.Subtract(x, states.Slice(j * width, width), difference);
                double kernel = SteinKernel(difference, s, scores.Slice(j * width, width), scale * scale, exponent);
                if (j == i)
                    diagonal += kernel;
                else
                    pairs += 2 * kernel;
            }
        }
        return new KernelSteinDiscrepancy((diagonal + pairs) / count / count, pairs / count / (count - 1.0));
    }

    // k₀(x, y) = ⟨s(x), s(y)⟩ k + ⟨s(x), ∇ᵧk⟩ + ⟨s(y), ∇ₓk⟩ + ⟨∇ₓ, ∇ᵧ⟩ k, with r = x − y and u = c² + ‖r‖²: ∇ₓk = −∇ᵧk = 2β u^(β − 1) r.
    private static double SteinKernel(ReadOnlySpan<double> r, ReadOnlySpan<double> sx, ReadOnlySpan<double> sy, double c2, double beta)
    {
        double square = TensorPrimitives.SumOfSquares(r), u = c2 + square, kernel = Math.Pow(u, beta);
        double slope = 2 * beta * kernel / u;
        return TensorPrimitives.Dot(sx, sy) * kernel
            + (TensorPrimitives.Dot(sy, r) - TensorPrimitives.Dot(sx, r)) * slope
            - slope * (r.Length + 2 * (beta - 1) * square / u);
    }

    private static void Read(Device? device, Rows rows, float[] numbers)
    {
        if (device is null)
            rows.Span.CopyTo(numbers);
        else
            device.Download(rows, numbers);
    }

    private static void CheckFinite(ReadOnlySpan<double> numbers, int width, string what)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!double.IsFinite(numbers[i]))
                throw new DivergenceException($"{what} in a kernel Stein discrepancy", 0, i / width, numbers[i]);
        }
    }
}
