using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// The steps of EM for a mixture of factor analysers, one component at a time: with S the covariance of its rows and β = (I +
/// AᵀD⁻¹A)⁻¹AᵀD⁻¹, A ← Sβᵀ(I − βA + βSβᵀ)⁻¹ and D ← diag(S − Aβ S) (Ghahramani and Hinton 1996, equations 11 to 15). S counts ν rows of the
/// data's own variances besides, so that small components do not shrink onto their rows.
/// </summary>
internal sealed class FactorSteps : IDisposable
{
    private const float LeastShare = 1e-3f;

    private readonly Device _device;
    private readonly FactorMixture _mixture;
    private readonly Rows _data;
    private readonly FactorMembers _members;
    private readonly double _shrinkage;
    private readonly DeviceBuffer _memory;
    private readonly double[] _logs;
    private readonly double[] _counts;

    /// <summary>Allocates memory for every worker.</summary>
    public FactorSteps(Device device, FactorMixture mixture, Rows data, FactorMembers members, double shrinkage)
    {
        (_device, _mixture, _data, _members, _shrinkage) = (device, mixture, data, members, shrinkage);
        _logs = new double[data.Count];
        _counts = new double[mixture.Shape.Components];
        _memory = device.Allocate((long)(2 + device.Lanes * (2 * mixture.Shape.Factors + 4)) * data.Width);
    }

    private FactorShape Shape => _mixture.Shape;

    private Rows Variances => new(_memory, 0, 1, _data.Width);

    private Rows Mean => new(_memory, _data.Width, 1, _data.Width);

    /// <summary>Measures the variances of all rows.</summary>
    public void Measure() => _device.Launch(new VarianceProgram(this));

    /// <summary>Starts every component from the principal components of its rows.</summary>
    public void Start(RandomStream draws, int rounds, CancellationToken cancellation) =>
        Each(new StepProgram(this, rounds, draws, cancellation));

    /// <summary>The step E: the responsibilities of all rows.</summary>
    /// <returns>The mean ln q of the rows, in nats.</returns>
    public double Assign(CancellationToken cancellation)
    {
        _device.Launch(new AssignProgram(this, cancellation));
        _members.Sort();
        double sum = 0;
        foreach (double log in _logs)
            sum += log;
        return sum / _logs.Length;
    }

    /// <summary>The step M.</summary>
    public void Improve(CancellationToken cancellation) => Each(new StepProgram(this, 1, null, cancellation));

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    private void Each(StepProgram program)
    {
        _device.Launch(program);
        double total = _counts.Sum() + _counts.Length;
        _device.Upload([.. _counts.Select(c => (float)Math.Log((c + 1) / total))], Shape.LogWeights(_mixture.Parameters));
    }

    private sealed class VarianceProgram(FactorSteps steps) : DeviceProgram
    {
        public override string Name => "the variances of the data";

        public override int Count => 1;

        protected override void Run(int start, int count, int lane)
        {
            int d = steps._data.Width;
            double[] sums = new double[d], squares = new double[d];
            float[] y = new float[d], spare = new float[d];
            for (int i = 0; i < steps._data.Count; i++)
            {
                steps._mixture.Map.Forward(steps._data[i], y, spare);
                for (int j = 0; j < d; j++)
                {
                    sums[j] += y[j];
                    squares[j] += (double)y[j] * y[j];
                }
            }
            Span<float> variances = steps.Variances.Span, means = steps.Mean.Span;
            double n = steps._data.Count, all = 0;
            for (int j = 0; j < d; j++)
                all += (squares[j] - sums[j] * sums[j] / n) / n / d;
            for (int j = 0; j < d; j++)
            {
                means[j] = (float)(sums[j] / n);
                // A number that never varies has a thousandth of the mean variance.
                variances[j] = (float)Math.Max((squares[j] - sums[j] * sums[j] / n) / n, Math.Max(1e-3 * all, 1e-12));
            }
        }
    }

    private sealed class AssignProgram(FactorSteps steps, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "the responsibilities of a mixture";

        public override int Count => steps._data.Count;

        public override int BlockRows => FactorMixture.Block;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            steps._mixture.Assign(steps._data.Slice(start, count), (row, shares, log) =>
            {
                steps._members.Set(start + row, shares);
                steps._logs[start + row] = log;
            });
        }
    }

    /// <summary>Rounds of EM on the rows of each component; from random loadings where there are draws.</summary>
    private sealed class StepProgram(FactorSteps steps, int rounds, RandomStream? draws, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "the components of a mixture";

        public override int Count => steps.Shape.Components;

        protected override void Run(int start, int count, int lane)
        {
            for (int k = start; k < start + count; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                Improve(k, lane);
            }
        }

        private void Improve(int k, int lane)
        {
            FactorShape shape = steps.Shape;
            int l = shape.Factors, d = shape.Width, place = (2 + lane * (2 * l + 4)) * d;
            Rows all = steps._mixture.Parameters, loadings = shape.Loadings(all).Slice(k * l, l);
            Rows beta = new(steps._memory, place, l, d), products = new(steps._memory, place + l * d, l, d);
            Rows spare = new(steps._memory, place + 2 * l * d, 4, d);
            Span<float> mean = shape.Means(all)[k], variance = shape.Variances(all)[k], own = spare[2];
            ReadOnlySpan<float> data = steps.Variances.Span;
            double n = Moments(k, mean, own, spare), nu = steps._shrinkage, total = n + nu;
            steps._counts[k] = n;
            for (int i = 0; i < d; i++)
                own[i] = (float)((own[i] + nu * data[i]) / total);
            if (draws is not null)
            {
                Draw(k, loadings, mean, (float)(1 / Math.Sqrt(Math.Max(n, 1) * l)), spare);
                variance.Fill(TensorPrimitives.Sum((ReadOnlySpan<float>)own) / d);
            }
            for (int round = 0; round < rounds; round++)
            {
                Cholesky precision = FactorAlgebra.Factor(FactorAlgebra.Precision(loadings, variance));
                Regression(loadings, variance, precision, beta);
                Multiply(k, mean, beta, products, spare);
                for (int j = 0; j < l; j++)
                {
                    Span<float> product = products[j], slope = beta[j];
                    for (int i = 0; i < d; i++)
                        product[i] = (float)((product[i] + nu * data[i] * slope[i]) / total);
                }
                Solve(loadings, precision, beta, products);
                for (int i = 0; i < d; i++)
                {
                    double explained = 0;
                    for (int j = 0; j < l; j++)
                        explained += (double)loadings[j][i] * products[j][i];
                    variance[i] = (float)Math.Max(own[i] - explained, LeastShare * own[i]);
                }
                // Equal variances make these rounds a search for principal components (Tipping and Bishop 1999): the smaller, the faster.
                if (draws is not null && round < rounds - 1)
                    variance.Fill(TensorPrimitives.Sum((ReadOnlySpan<float>)variance) / d * (round < rounds - 4 ? 0.1f : 1));
            }
        }

        // The mean of the component's rows, and the sum of squares about it. Without rows: those of all data.
        private double Moments(int k, Span<float> mean, Span<float> squares, Rows spare)
        {
            ReadOnlySpan<int> rows = steps._members.RowsOf(k);
            ReadOnlySpan<float> shares = steps._members.SharesOf(k);
            double n = 0;
            mean.Clear();
            squares.Clear();
            for (int i = 0; i < rows.Length; i++)
            {
                steps._mixture.Map.Forward(steps._data[rows[i]], spare[0], spare[1]);
                TensorPrimitives.MultiplyAdd(spare[0], shares[i], mean, mean);
                n += shares[i];
            }
            if (n < 1e-6)
            {
                steps.Mean.Span.CopyTo(mean);
                return 0;
            }
            TensorPrimitives.Divide(mean, (float)n, mean);
            for (int i = 0; i < rows.Length; i++)
            {
                steps._mixture.Map.Forward(steps._data[rows[i]], spare[0], spare[1]);
                TensorPrimitives.Subtract(spare[0], mean, spare[0]);
                TensorPrimitives.Multiply(spare[0], spare[0], spare[1]);
                TensorPrimitives.MultiplyAdd(spare[1], shares[i], squares, squares);
            }
            return n;
        }

        // Random combinations of the rows: they lie where most of the variance is.
        private void Draw(int k, Rows loadings, ReadOnlySpan<float> mean, float scale, Rows spare)
        {
            ReadOnlySpan<int> rows = steps._members.RowsOf(k);
            float[] normals = new float[loadings.Count];
            RandomStream stream = draws!.Value.Part(k);
            loadings.Span.Clear();
            for (int i = 0; i < rows.Length; i++)
            {
                steps._mixture.Map.Forward(steps._data[rows[i]], spare[0], spare[1]);
                TensorPrimitives.Subtract(spare[0], mean, spare[0]);
                stream.FillNormal(normals, (uint)i, 0, scale);
                for (int j = 0; j < loadings.Count; j++)
                    TensorPrimitives.MultiplyAdd(spare[0], normals[j], loadings[j], loadings[j]);
            }
        }

        // β = (I + AᵀD⁻¹A)⁻¹AᵀD⁻¹.
        private static void Regression(Rows loadings, ReadOnlySpan<float> variance, Cholesky precision, Rows beta)
        {
            double[] column = new double[loadings.Count];
            for (int i = 0; i < variance.Length; i++)
            {
                for (int j = 0; j < column.Length; j++)
                    column[j] = loadings[j][i] / (double)variance[i];
                precision.Solve(column);
                for (int j = 0; j < column.Length; j++)
                    beta[j][i] = (float)column[j];
            }
        }

        // Σ w·(y − μ)(y − μ)ᵀβᵀ over the component's rows.
        private void Multiply(int k, ReadOnlySpan<float> mean, Rows beta, Rows products, Rows spare)
        {
            ReadOnlySpan<int> rows = steps._members.RowsOf(k);
            ReadOnlySpan<float> shares = steps._members.SharesOf(k);
            products.Span.Clear();
            for (int i = 0; i < rows.Length; i++)
            {
                Span<float> y = spare[0];
                steps._mixture.Map.Forward(steps._data[rows[i]], y, spare[1]);
                TensorPrimitives.Subtract(y, mean, y);
                for (int j = 0; j < beta.Count; j++)
                {
                    float value = shares[i] * TensorPrimitives.Dot((ReadOnlySpan<float>)y, beta[j]);
                    TensorPrimitives.MultiplyAdd(y, value, products[j], products[j]);
                }
            }
        }

        // A ← Sβᵀ(M⁻¹ + βSβᵀ)⁻¹, where I − βA = M⁻¹.
        private static void Solve(Rows loadings, Cholesky precision, Rows beta, Rows products)
        {
            int l = loadings.Count;
            double[,] second = new double[l, l];
            double[] column = new double[l];
            for (int j = 0; j < l; j++)
            {
                column.AsSpan().Clear();
                column[j] = 1;
                precision.Solve(column);
                for (int m = 0; m < l; m++)
                    second[m, j] = column[m];
            }
            for (int j = 0; j < l; j++)
            {
                for (int m = 0; m <= j; m++)
                {
                    double both = TensorPrimitives.Dot((ReadOnlySpan<float>)beta[j], products[m]);
                    second[j, m] += both;
                    if (m < j)
                        second[m, j] += both;
                }
            }
            Cholesky root = FactorAlgebra.Factor(second);
            for (int i = 0; i < loadings.Width; i++)
            {
                for (int j = 0; j < l; j++)
                    column[j] = products[j][i];
                root.Solve(column);
                for (int j = 0; j < l; j++)
                    loadings[j][i] = (float)column[j];
            }
        }
    }
}
