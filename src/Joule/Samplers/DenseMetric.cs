using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// A dense metric M⁻¹ = LLᵀ. Trajectories use momenta scaled to unit masses, v = Lᵀp: then the kinetic energy is ½Σv², a drift is ε·Lv and
/// a kick κ·Lᵀ∇E. Each is one product of all rows of a block with L.
/// </summary>
internal sealed class DenseMetric
{
    /// <summary>The most numbers of a state: the matrix has their square.</summary>
    public const int MostNumbers = 2000;

    // Warm-ups make a sampler for every step, all of them with one list of masses.
    private static readonly ConditionalWeakTable<IReadOnlyList<float>, DenseMetric> s_factored = [];

    private readonly DenseKernel _factor;
    private readonly float[] _ones;

    private DenseMetric(IReadOnlyList<float> inverseMass)
    {
        int width = (int)Math.Sqrt(inverseMass.Count);
        float[] matrix = [.. inverseMass];
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < i; j++)
            {
                float one = matrix[i * width + j], other = matrix[j * width + i];
                // In float64, since the product of the diagonal's numbers may not fit into float32.
                if (Math.Abs((double)one - other) > 1e-6 * Math.Sqrt(Math.Abs((double)matrix[i * width + i] * matrix[j * width + j])))
                {
                    throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                        $"inverse_mass is not symmetric: its places ({i}, {j}) and ({j}, {i}) are {one} and {other}."));
                }
            }
        }
        double[][] lower = Factor(matrix, width, out int bad) ?? throw new InvalidInputException("inverse_mass is not positive definite: "
            + $"its first {Counted.Of(bad + 1, "row")} and columns are not. Every direction needs an inverse mass above 0.");
        float[] factor = new float[matrix.Length];
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j <= i; j++)
                factor[i * width + j] = (float)lower[i][j];
        }
        _factor = Kernels.Dense(width, width);
        using DeviceBuffer memory = DeviceBuffer.OnHost(factor.Length);
        factor.CopyTo(memory.Span);
        _factor.Pack(memory.AsRows(width, width));
        _ones = new float[(width + 15) / 16 * 16];
        _ones.AsSpan().Fill(1);
    }

    /// <summary>The metric of options; null where they have no dense one, or all masses are 1.</summary>
    /// <param name="metric">The form of the masses.</param>
    /// <param name="inverseMass">None, or one row after the other.</param>
    /// <param name="space">The states.</param>
    /// <exception cref="InvalidInputException">The matrix does not fit, is not symmetric or not positive definite; or the domain has
    /// walls.</exception>
    public static DenseMetric? Of(MassMetric metric, IReadOnlyList<float> inverseMass, StateSpace space)
    {
        if (metric != MassMetric.Dense)
            return null;
        CheckWidth(space);
        if (WallTransform.HasWalls(space))
        {
            throw new InvalidInputException($"Dense masses need states without walls, since walls reflect only along the axes; the energy "
                + $"is defined on {space}. Use walls=transform, or metric=diagonal.");
        }
        if (inverseMass.Count == 0)
            return null;
        long wanted = (long)space.Width * space.Width;
        if (inverseMass.Count != wanted)
        {
            throw new InvalidInputException($"inverse_mass has {Counted.Of(inverseMass.Count, "number")}; the energy is defined on "
                + $"{space}, whose dense metric needs {space.Width}·{space.Width} = {wanted}, or none where all masses are 1.");
        }
        return s_factored.GetValue(inverseMass, masses => new DenseMetric(masses));
    }

    /// <summary>Checks that states are not too wide for a dense metric.</summary>
    /// <exception cref="InvalidInputException">They are.</exception>
    public static void CheckWidth(StateSpace space)
    {
        if (space.Width > MostNumbers)
        {
            throw new InvalidInputException($"Dense masses are for at most {MostNumbers:N0} numbers; the energy is defined on {space}, "
                + $"{space.Width:N0} numbers. Use metric=diagonal.");
        }
    }

    /// <summary>Adds to a list whatever inverse masses are out of range on their own.</summary>
    public static void Check(IReadOnlyList<float> inverseMass, ICollection<string> problems, string path)
    {
        if (s_factored.TryGetValue(inverseMass, out _))
            return;
        for (int i = 0; i < inverseMass.Count; i++)
        {
            if (float.IsFinite(inverseMass[i]))
                continue;
            string value = inverseMass[i].ToString(CultureInfo.InvariantCulture);
            problems.Add($"{path}inverse_mass.{i} is {value}; it must be finite");
            return;
        }
    }

    /// <summary>A = LLᵀ in float64, the rows of L; null where A is not positive definite.</summary>
    /// <param name="matrix">A, of which the lower triangle is read.</param>
    /// <param name="width">Its rows.</param>
    /// <param name="bad">The first row at which it is seen not to be positive definite.</param>
    public static double[][]? Factor(ReadOnlySpan<float> matrix, int width, out int bad)
    {
        double[][] lower = new double[width][];
        for (bad = 0; bad < width; bad++)
        {
            double[] row = lower[bad] = new double[bad + 1];
            for (int j = 0; j < bad; j++)
                row[j] = (matrix[bad * width + j] - TensorPrimitives.Dot<double>(row.AsSpan(0, j), lower[j].AsSpan(0, j))) / lower[j][j];
            double rest = matrix[bad * width + bad] - TensorPrimitives.SumOfSquares<double>(row.AsSpan(0, bad));
            if (!(rest > 0 && double.IsFinite(rest)))
                return null;
            row[bad] = Math.Sqrt(rest);
        }
        return lower;
    }

    /// <summary>Lᵀ∇E, the slopes that scaled momenta see.</summary>
    /// <param name="gradient">∇E, n rows.</param>
    /// <param name="slopes">Receives n rows.</param>
    public void Slopes(Rows gradient, Rows slopes) => _factor.ReverseInput(gradient, slopes, default, accumulate: false);

    /// <summary>Half a kick along slopes. Writes each row's kinetic energy after it; norms are those of the slopes.</summary>
    public void Kick(Rows momentum, Rows slopes, ReadOnlySpan<int> directions, float kick, Rows kinetic, Rows norms) =>
        Kernels.TrajectoryEnd(momentum, slopes, _ones, directions, kick, kinetic, norms);

    /// <summary>x ← x + ε·Lv, in every row's direction of time.</summary>
    /// <param name="x">Positions.</param>
    /// <param name="momentum">v.</param>
    /// <param name="moves">Scratch, as many rows.</param>
    /// <param name="directions">1 or −1 for each row; empty where all are 1.</param>
    /// <param name="drift">ε.</param>
    public void Drift(Rows x, Rows momentum, Rows moves, ReadOnlySpan<int> directions, float drift)
    {
        _factor.Forward(momentum, default, moves, default);
        // No kick: what lies in the place of the gradient does not matter, as long as it is finite where the move is.
        LeapfrogCoefficients coefficients = new(drift, 0, float.NegativeInfinity, float.PositiveInfinity);
        Kernels.TrajectoryStart(x, moves, moves, _ones, directions, coefficients);
    }

    /// <summary>The start of a trajectory: as <see cref="Kernels.LeapfrogStart"/>, with this metric.</summary>
    public void Start(in ChainBlock block, Rows momentum, Rows proposal, Rows slopes, in LeapfrogCoefficients coefficients, Rows kinetic)
    {
        momentum.Span.Clear();
        Kernels.AddNoise(momentum, 1, float.NegativeInfinity, float.PositiveInfinity, block.Noise, block.FirstChain);
        Slopes(block.Gradient, slopes);
        Kick(momentum, slopes, [], 0, kinetic, block.NormRows);
        KickOn(momentum, slopes, 0.5f * coefficients.Kick);
        block.States.Span.CopyTo(proposal.Span);
        Drift(proposal, momentum, slopes, [], coefficients.Drift);
        Kernels.SquaredNorms(block.Gradient, block.SquaredNorms);
    }

    /// <summary>A step inside a trajectory: a whole kick and a drift.</summary>
    public void Step(Rows proposal, Rows momentum, Rows gradient, Rows slopes, in LeapfrogCoefficients coefficients)
    {
        Slopes(gradient, slopes);
        KickOn(momentum, slopes, coefficients.Kick);
        Drift(proposal, momentum, slopes, [], coefficients.Drift);
    }

    /// <summary>The end of a trajectory: as <see cref="Kernels.LeapfrogEnd"/>, with this metric.</summary>
    public void End(Rows momentum, Rows gradient, Rows slopes, float kick, Rows kinetic, Rows norms)
    {
        Slopes(gradient, slopes);
        Kick(momentum, slopes, [], kick, kinetic, norms);
        Kernels.SquaredNorms(gradient, norms.Span);
    }

    private static void KickOn(Rows momentum, Rows slopes, float kick) => Kernels.Scale(slopes, -kick, momentum, accumulate: true);
}
