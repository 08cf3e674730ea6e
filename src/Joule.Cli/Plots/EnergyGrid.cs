using Joule.Compute;
using Joule.Energies;

namespace Joule.Cli.Plots;

/// <summary>Writes the state at a place in a plane.</summary>
/// <param name="horizontal">The first coordinate.</param>
/// <param name="vertical">The second.</param>
/// <param name="state">Receives the state.</param>
internal delegate void PlanePoint(float horizontal, float vertical, Span<float> state);

/// <summary>The energies at the points of a grid: over two numbers of a state, or over any plane.</summary>
internal sealed class EnergyGrid
{
    private const int Side = 240; // about three pixels of a picture

    private readonly float[] _energies; // [row][column], from the low corner

    private EnergyGrid(RobustRange horizontal, RobustRange vertical, float[] energies) =>
        (Horizontal, Vertical, _energies) = (horizontal, vertical, energies);

    /// <summary>The range of the first number.</summary>
    public RobustRange Horizontal { get; }

    /// <summary>The range of the second number.</summary>
    public RobustRange Vertical { get; }

    /// <summary>All energies, in nats. Some may be non-finite where the energy overflows.</summary>
    public ReadOnlySpan<float> Energies => _energies;

    /// <summary>Evaluates an energy on a grid.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="state">A state; its numbers other than the two are the fixed ones.</param>
    /// <param name="numbers">Which two numbers of the state vary.</param>
    /// <param name="horizontal">The range of the first.</param>
    /// <param name="vertical">The range of the second.</param>
    /// <param name="device">The device that evaluates.</param>
    /// <exception cref="InvalidInputException">The state or the numbers do not fit the energy, or a range is empty.</exception>
    public static EnergyGrid Of(Energy energy, ReadOnlySpan<float> state, (int First, int Second) numbers,
        RobustRange horizontal, RobustRange vertical, Device device)
    {
        int width = energy.Space.Width;
        if (state.Length != width || numbers.First == numbers.Second || !(horizontal.Span > 0) || !(vertical.Span > 0)
            || Math.Min(numbers.First, numbers.Second) < 0 || Math.Max(numbers.First, numbers.Second) >= width)
        {
            throw new InvalidInputException($"A grid over the numbers {numbers.First} and {numbers.Second} of a state of {state.Length} "
                + $"does not fit an energy of {width} numbers, or a range of it is empty.");
        }
        float[] fixedNumbers = state.ToArray();
        return Over(energy, horizontal, vertical, device, (first, second, point) =>
        {
            fixedNumbers.CopyTo(point);
            (point[numbers.First], point[numbers.Second]) = (first, second);
        });
    }

    /// <summary>Evaluates an energy on a grid over a plane.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="horizontal">The range of the first coordinate.</param>
    /// <param name="vertical">The range of the second.</param>
    /// <param name="device">The device that evaluates.</param>
    /// <param name="at">The state at a place in the plane; called by several threads at once.</param>
    /// <exception cref="InvalidInputException">A range is empty.</exception>
    public static EnergyGrid Over(Energy energy, RobustRange horizontal, RobustRange vertical, Device device, PlanePoint at)
    {
        if (!(horizontal.Span > 0) || !(vertical.Span > 0))
            throw new InvalidInputException("A grid over an empty range cannot be evaluated.");
        float[] energies = new float[Side * Side];
        int width = energy.Space.Width;
        using DeviceBuffer memory = device.Allocate((long)Side * width);
        using EnergyEvaluation evaluation = new(device, energy);
        Rows rows = memory.AsRows(Side, width);
        for (int row = 0; row < Side; row++)
        {
            float second = At(vertical, row);
            device.Write(rows, (column, point) => at(At(horizontal, column), second, point));
            evaluation.Run(rows, energies, row * Side);
        }
        return new EnergyGrid(horizontal, vertical, energies);
    }

    /// <summary>The energy at a place, bilinear between the points of the grid; beside a non-finite one, that of the nearest.</summary>
    /// <param name="right">From 0, the low end of the first range, to 1.</param>
    /// <param name="up">From 0, the low end of the second range, to 1.</param>
    public double this[double right, double up]
    {
        get
        {
            double x = Math.Clamp(right, 0, 1) * (Side - 1), y = Math.Clamp(up, 0, 1) * (Side - 1);
            int column = Math.Min((int)x, Side - 2), row = Math.Min((int)y, Side - 2), corner = row * Side + column;
            double below = Between(_energies[corner], _energies[corner + 1], x - column);
            double energy = Between(below, Between(_energies[corner + Side], _energies[corner + Side + 1], x - column), y - row);
            return double.IsFinite(energy) ? energy : _energies[(int)Math.Round(y) * Side + (int)Math.Round(x)];
        }
    }

    private static double Between(double a, double b, double share) => a + share * (b - a);

    private static float At(RobustRange range, int point) => (float)(range.Low + range.Span * point / (Side - 1));
}
