using System.Numerics.Tensors;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A mixture of factor analysers: y = μₖ + Aₖz + √Dₖ⊙ε with probability wₖ, where z (l numbers) and ε (d numbers) are standard normal and y
/// are the unconstrained numbers of a state (<see cref="LogitMap"/>). Its density is exact: a mixture of normals of covariance AₖAₖᵀ + Dₖ
/// (Ghahramani and Hinton, "The EM algorithm for mixtures of factor analyzers", 1996; on images: Richardson and Weiss 2018,
/// arXiv:1805.12462).
/// </summary>
/// <remarks>
/// ln N(y; μₖ, AₖAₖᵀ + Dₖ) needs two products for a block of rows: of [y², y] with [−½/D, μ/D], and of y with L⁻¹AᵀD⁻¹, where LLᵀ = I +
/// AᵀD⁻¹A (the Woodbury identity). y and μ are taken from the mixture's mean, which keeps the float32 sums small.
/// </remarks>
internal sealed class FactorMixture : IDisposable
{
    /// <summary>Rows of a block.</summary>
    public const int Block = 32;

    private readonly Device _device;
    private readonly DeviceBuffer _derived;
    private readonly DenseKernel _squares;
    private readonly DenseKernel _projections;
    private readonly CentreProgram _centre;
    private readonly DeriveProgram _derive;
    private readonly PackProgram _pack;
    private readonly WorkspacePool<FactorWorkspace> _workspaces;

    /// <summary>Allocates what follows from the parameters.</summary>
    public FactorMixture(Device device, StateSpace space, FactorShape shape, Rows parameters)
    {
        (_device, Shape, Parameters, Map) = (device, shape, parameters, new LogitMap(space));
        int k = shape.Components, l = shape.Factors, d = shape.Width;
        // Projections, squares, constants, projected means, deviations, centre, cumulated weights and roots, in this order.
        _derived = device.Allocate((long)k * (l * d + 2 * d + 1 + l + d + 1 + l * l) + d);
        _squares = Kernels.Dense(2 * d, k);
        _projections = Kernels.Dense(d, k * l);
        (_centre, _derive, _pack) = (new CentreProgram(this), new DeriveProgram(this), new PackProgram(this));
        _workspaces = new WorkspacePool<FactorWorkspace>(2 * device.Lanes, () => new FactorWorkspace(shape));
    }

    /// <summary>The sizes.</summary>
    public FactorShape Shape { get; }

    /// <summary>The parameters, in device memory. Call <see cref="Commit"/> after changing them.</summary>
    public Rows Parameters { get; }

    /// <summary>From states to y.</summary>
    public LogitMap Map { get; }

    /// <summary>
    /// σ: the density is that of y with normal noise of this deviation, covariance AₖAₖᵀ + Dₖ + σ²I. States are placed without the noise.
    /// Takes effect with <see cref="Commit"/>.
    /// </summary>
    public double Blur { get; set; }

    private Rows Projections => new(_derived, 0, Shape.Components * Shape.Factors, Shape.Width);

    private Rows Squares => new(_derived, Projections.Length, Shape.Components, 2 * Shape.Width);

    private Rows Constants => new(_derived, Squares.Offset + Squares.Length, 1, Shape.Components);

    private Rows ProjectedMeans => new(_derived, Constants.Offset + Constants.Length, Shape.Components, Shape.Factors);

    private Rows Deviations => new(_derived, ProjectedMeans.Offset + ProjectedMeans.Length, Shape.Components, Shape.Width);

    private Rows Centre => new(_derived, Deviations.Offset + Deviations.Length, 1, Shape.Width);

    private Rows Cumulated => new(_derived, Centre.Offset + Centre.Length, 1, Shape.Components);

    private Rows Roots => new(_derived, Cumulated.Offset + Cumulated.Length, Shape.Components, Shape.Factors * Shape.Factors);

    /// <summary>One standard normal distribution of y, in all components.</summary>
    public void Reset()
    {
        _device.Clear(Parameters);
        float[] ones = new float[Shape.Components * Shape.Width];
        ones.AsSpan().Fill(1);
        _device.Upload(ones, Shape.Variances(Parameters));
        float[] weights = new float[Shape.Components];
        weights.AsSpan().Fill(-MathF.Log(Shape.Components));
        _device.Upload(weights, Shape.LogWeights(Parameters));
        Commit();
    }

    /// <summary>Makes changed parameters take effect.</summary>
    public void Commit() => _device.Launch(_centre, _derive, _pack);

    /// <summary>Computes −ln q of each state and, if <paramref name="gradient"/> has rows, its gradient, on the calling thread.</summary>
    public void Energies(Rows states, Rows energies, Rows gradient)
    {
        FactorWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += Block)
            {
                int count = Math.Min(Block, states.Count - start);
                Rows some = states.Slice(start, count);
                Join(some, workspace);
                for (int i = 0; i < count; i++)
                    energies.Slice(start + i, 1).Span[0] = (float)-workspace.Normalise(i);
                if (gradient.Count > 0)
                    Slopes(some, gradient.Slice(start, count), workspace);
            }
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    /// <summary>
    /// Computes the responsibilities of each state's components: p(k | x), K numbers per state. Hands each row to a reader.
    /// </summary>
    /// <param name="states">The states.</param>
    /// <param name="read">Receives the row, its responsibilities, and ln q.</param>
    public void Assign(Rows states, Action<int, ReadOnlySpan<float>, double> read)
    {
        FactorWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += Block)
            {
                int count = Math.Min(Block, states.Count - start);
                Join(states.Slice(start, count), workspace);
                for (int i = 0; i < count; i++)
                {
                    double log = workspace.Normalise(i);
                    read(start + i, workspace.Joint[i], log);
                }
            }
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    /// <summary>The component that a uniform draw chooses.</summary>
    public int Component(double uniform)
    {
        ReadOnlySpan<float> sums = Cumulated.Span;
        int low = 0, high = sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (uniform < sums[middle])
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>Writes the state of coordinates: component, factors z, noise ε.</summary>
    public void Place(ReadOnlySpan<float> coordinates, Span<float> state)
    {
        int k = Math.Clamp((int)coordinates[0], 0, Shape.Components - 1), l = Shape.Factors;
        Rows loadings = Shape.Loadings(Parameters);
        TensorPrimitives.MultiplyAdd(coordinates[(1 + l)..], Deviations[k], Shape.Means(Parameters)[k], state);
        for (int j = 0; j < l; j++)
            TensorPrimitives.MultiplyAdd(loadings[k * l + j], coordinates[1 + j], state, state);
        Map.Back(state, state);
    }

    /// <summary>Draws a state, without <see cref="Blur"/>.</summary>
    public void Draw(in RandomStream draws, uint chain, Span<float> state)
    {
        long next = RandomStream.AfterNormals(state.Length);
        int l = Shape.Factors, k = Component(draws.OpenUniform(chain, next++));
        Rows loadings = Shape.Loadings(Parameters);
        draws.FillNormal(state, chain);
        TensorPrimitives.MultiplyAdd(state, Deviations[k], Shape.Means(Parameters)[k], state);
        for (int j = 0; j < l; j++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(draws.OpenUniform(chain, next++)));
            float factor = (float)(radius * Math.Cos(2 * Math.PI * draws.OpenUniform(chain, next++)));
            TensorPrimitives.MultiplyAdd(loadings[k * l + j], factor, state, state);
        }
        Map.Back(state, state);
    }

    /// <summary>Writes coordinates of states: the likeliest component, the mean of its factors, and the noise that is left.</summary>
    public void Locate(Rows states, Rows coordinates)
    {
        FactorWorkspace workspace = _workspaces.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += Block)
            {
                int count = Math.Min(Block, states.Count - start);
                Join(states.Slice(start, count), workspace);
                for (int i = 0; i < count; i++)
                    Locate(states[start + i], coordinates[start + i], i, workspace);
            }
        }
        finally
        {
            _workspaces.Return(workspace, place);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        _squares.Dispose();
        _projections.Dispose();
        _derived.Dispose();
    }

    private void Locate(ReadOnlySpan<float> state, Span<float> coordinates, int row, FactorWorkspace workspace)
    {
        int l = Shape.Factors, k = TensorPrimitives.IndexOfMax((ReadOnlySpan<float>)workspace.Joint[row]);
        coordinates[0] = k;
        Span<float> z = coordinates.Slice(1, l), noise = coordinates[(1 + l)..];
        workspace.Projected[row].Slice(k * l, l).CopyTo(z);
        SolveTransposed(k, z);
        Map.Forward(state, noise, workspace.Slope[row]);
        TensorPrimitives.Subtract(noise, Shape.Means(Parameters)[k], noise);
        Rows loadings = Shape.Loadings(Parameters);
        for (int j = 0; j < l; j++)
            TensorPrimitives.MultiplyAdd(loadings[k * l + j], -z[j], noise, noise);
        TensorPrimitives.Divide(noise, Deviations[k], noise);
    }

    // ln wₖ + ln N(y; k) of every component, and t = L⁻¹AᵀD⁻¹(y − μ).
    private void Join(Rows states, FactorWorkspace workspace)
    {
        int count = states.Count, k = Shape.Components, l = Shape.Factors, d = Shape.Width;
        Rows both = workspace.Both.Slice(0, count), y = workspace.Y.Slice(0, count);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = y[i], pair = both[i];
            workspace.LogJacobians[i] = Map.Forward(states[i], row, workspace.Slope[i]);
            TensorPrimitives.Subtract(row, Centre.Span, row);
            TensorPrimitives.Multiply(row, row, pair[..d]);
            row.CopyTo(pair[d..]);
        }
        Rows joint = workspace.Joint.Slice(0, count), projected = workspace.Projected.Slice(0, count);
        _squares.Forward(both, Constants, joint, default);
        _projections.Forward(y, default, projected, default);
        ReadOnlySpan<float> means = ProjectedMeans.Span;
        for (int i = 0; i < count; i++)
        {
            Span<float> t = projected[i], sums = joint[i];
            TensorPrimitives.Subtract(t, means, t);
            for (int c = 0; c < k; c++)
            {
                ReadOnlySpan<float> own = t.Slice(c * l, l);
                sums[c] += 0.5f * TensorPrimitives.Dot(own, own);
            }
        }
    }

    // After Normalise: the joint are responsibilities.
    private void Slopes(Rows states, Rows gradient, FactorWorkspace workspace)
    {
        int count = states.Count, l = Shape.Factors, d = Shape.Width;
        Rows both = workspace.Both.Slice(0, count), y = workspace.Y.Slice(0, count), projected = workspace.Projected.Slice(0, count);
        for (int i = 0; i < count; i++)
        {
            Span<float> t = projected[i], shares = workspace.Joint[i];
            for (int c = 0; c < shares.Length; c++)
                TensorPrimitives.Multiply(t.Slice(c * l, l), shares[c], t.Slice(c * l, l));
        }
        _projections.ReverseInput(projected, gradient, default, false);
        _squares.ReverseInput(workspace.Joint.Slice(0, count), both, default, false);
        for (int i = 0; i < count; i++)
        {
            Span<float> slope = gradient[i], row = y[i], pair = both[i];
            for (int j = 0; j < d; j++)
                slope[j] = -(slope[j] + 2 * row[j] * pair[j] + pair[d + j]);
            Map.Pull(states[i], slope);
        }
    }

    // Lᵀz = t, with the L of a component.
    private void SolveTransposed(int k, Span<float> t)
    {
        ReadOnlySpan<float> root = Roots[k];
        for (int i = t.Length - 1; i >= 0; i--)
        {
            double sum = t[i];
            for (int j = i + 1; j < t.Length; j++)
                sum -= root[j * t.Length + i] * t[j];
            t[i] = (float)(sum / root[i * t.Length + i]);
        }
    }

    /// <summary>The mean of the mixture, and the sums of its weights.</summary>
    private sealed class CentreProgram(FactorMixture mixture) : DeviceProgram
    {
        public override string Name => "the mean of a mixture";

        public override int Count => 1;

        protected override void Run(int start, int count, int lane)
        {
            FactorShape shape = mixture.Shape;
            Span<float> centre = mixture.Centre.Span, sums = mixture.Cumulated.Span;
            ReadOnlySpan<float> weights = shape.LogWeights(mixture.Parameters).Span;
            Rows means = shape.Means(mixture.Parameters);
            double[] centres = new double[shape.Width];
            double total = 0;
            for (int k = 0; k < shape.Components; k++)
            {
                double weight = Math.Exp(weights[k]);
                sums[k] = (float)(total += weight);
                for (int i = 0; i < centres.Length; i++)
                    centres[i] += weight * means[k][i];
            }
            for (int i = 0; i < centres.Length; i++)
                centre[i] = (float)(centres[i] / total);
        }
    }

    /// <summary>What follows from the parameters, one component at a time.</summary>
    private sealed class DeriveProgram(FactorMixture mixture) : DeviceProgram
    {
        public override string Name => "what follows from a mixture's parameters";

        public override int Count => mixture.Shape.Components;

        protected override void Run(int start, int count, int lane)
        {
            for (int k = start; k < start + count; k++)
                Derive(k);
        }

        private void Derive(int k)
        {
            FactorShape shape = mixture.Shape;
            int l = shape.Factors, d = shape.Width;
            Rows all = mixture.Parameters, loadings = shape.Loadings(all), projections = mixture.Projections;
            ReadOnlySpan<float> mean = shape.Means(all)[k], own = shape.Variances(all)[k], centre = mixture.Centre.Span;
            float[] variance = [.. own];
            TensorPrimitives.Add(variance, (float)(mixture.Blur * mixture.Blur), variance);
            Span<float> squares = mixture.Squares[k], deviation = mixture.Deviations[k], projected = mixture.ProjectedMeans[k];
            Cholesky lower = FactorAlgebra.Factor(FactorAlgebra.Precision(loadings.Slice(k * l, l), variance));
            for (int i = 0; i < l; i++)
            {
                for (int j = 0; j < l; j++)
                    mixture.Roots[k][i * l + j] = (float)lower[i, j];
            }
            double constant = shape.LogWeights(all).Span[k] - 0.5 * d * Math.Log(2 * Math.PI);
            for (int i = 0; i < d; i++)
            {
                double m = (double)mean[i] - centre[i];
                constant -= 0.5 * (Math.Log(variance[i]) + m * m / variance[i]);
                squares[i] = -0.5f / variance[i];
                squares[d + i] = (float)(m / variance[i]);
                deviation[i] = MathF.Sqrt(own[i]);
            }
            double[] column = new double[l], sums = new double[l];
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < l; j++)
                {
                    double value = loadings[k * l + j][i] / (double)variance[i];
                    for (int m = 0; m < j; m++)
                        value -= lower[j, m] * column[m];
                    column[j] = value / lower[j, j];
                    projections[k * l + j][i] = (float)column[j];
                    sums[j] += column[j] * ((double)mean[i] - centre[i]);
                }
            }
            for (int j = 0; j < l; j++)
            {
                constant -= Math.Log(lower[j, j]);
                projected[j] = (float)sums[j];
            }
            mixture.Constants.Span[k] = (float)constant;
        }
    }

    private sealed class PackProgram(FactorMixture mixture) : DeviceProgram
    {
        public override string Name => "the packing of a mixture's products";

        public override int Count => mixture._squares.PackTasks + mixture._projections.PackTasks;

        protected override void Run(int start, int count, int lane)
        {
            int first = mixture._squares.PackTasks;
            for (int task = start; task < start + count; task++)
            {
                if (task < first)
                    mixture._squares.Pack(mixture.Squares, task);
                else
                    mixture._projections.Pack(mixture.Projections, task - first);
            }
        }
    }
}
