using System.Numerics.Tensors;
using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>
/// The SoftAbs metric at one position and what Hamiltonian dynamics needs of it (Betancourt, "A general metric for Riemannian manifold
/// Hamiltonian Monte Carlo", 2013, arXiv:1212.4693): G has the eigenvectors of ∇²E/T, and for eigenvalues |λ|, rounded off at 0. With
/// E/T for U, H(x, p) = U(x) + ½ ln det G(x) + ½pᵀG(x)⁻¹p. Working memory of one thread, in float64.
/// </summary>
/// <remarks>
/// A position may lie outside two walls. The energy goes on there as its mirror image, and so does H: where an odd number of reflections
/// leads a number back into the box, its momentum, velocity and force change sign.
/// </remarks>
internal sealed class SoftAbsMetric
{
    private readonly ICurved _energy;
    private readonly double _temperature;
    private readonly SoftAbs _softAbs;
    private readonly double _low, _high;
    private readonly double[] _place, _signs, _gradient, _values, _metric, _slopes, _fixedForce, _onAxes, _change;
    private readonly double[] _hessian, _weights;
    private readonly double[] _decomposed, _axes, _secants, _work; // of matrices that are not diagonal
    private readonly SymmetricEigen _eigen;
    private bool _hasAxes;
    private double _value;

    /// <summary>Allocates memory.</summary>
    /// <param name="energy">E.</param>
    /// <param name="softness">α, per unit of curvature: eigenvalues below 1/α count as 1/α.</param>
    /// <param name="temperature">T.</param>
    public SoftAbsMetric(ICurved energy, double softness, double temperature)
    {
        int n = energy.Space.Width, size = energy.IsSeparable ? n : n * n, dense = energy.IsSeparable ? 0 : n * n;
        (_energy, _temperature, _softAbs, _eigen) = (energy, temperature, new SoftAbs(softness), new SymmetricEigen(n));
        StateSpace space = energy.Space;
        (_low, _high) = space.HasWalls ? (space.Low, space.High) : (double.NegativeInfinity, double.PositiveInfinity);
        (_place, _signs, _gradient, _values, _metric) = (new double[n], new double[n], new double[n], new double[n], new double[n]);
        (_slopes, _fixedForce, _onAxes, _change) = (new double[n], new double[n], new double[n], new double[n]);
        (_hessian, _weights) = (new double[size], new double[size]);
        (_decomposed, _axes, _secants, _work) = (new double[dense], new double[dense], new double[dense], new double[dense]);
    }

    /// <summary>The position, inside the walls.</summary>
    public ReadOnlySpan<double> Place => _place;

    /// <summary>For each number of the position, whether reflections turn its direction: 1 or −1.</summary>
    public ReadOnlySpan<double> Signs => _signs;

    /// <summary>U + ½ ln det G.</summary>
    public double Potential { get; private set; }

    /// <summary>Evaluates energy and metric at a position: as much as <see cref="Velocity"/> and <see cref="Length"/> need.</summary>
    /// <returns>Whether all of it is finite.</returns>
    public bool MoveTo(ReadOnlySpan<double> position)
    {
        for (int i = 0; i < position.Length; i++)
            (_place[i], _signs[i]) = Fold(position[i]);
        _value = _energy.Curvature(_place, _gradient, _hessian) / _temperature;
        TensorPrimitives.Divide(_hessian, _temperature, _hessian);
        if (!Decompose())
            return false;
        for (int k = 0; k < _values.Length; k++)
            _metric[k] = _softAbs.Value(_values[k]);
        return double.IsFinite(_value);
    }

    /// <summary>Evaluates the rest, for <see cref="Potential"/> and <see cref="Force"/>.</summary>
    /// <returns>Whether all of it is finite.</returns>
    public bool Complete()
    {
        int n = _values.Length;
        double logs = 0;
        for (int k = 0; k < n; k++)
        {
            _slopes[k] = _softAbs.Slope(_values[k]);
            logs += Math.Log(_metric[k]);
        }
        for (int j = 0; j < n && !_energy.IsSeparable; j++)
        {
            for (int k = 0; k <= j; k++)
                _secants[j * n + k] = _secants[k * n + j] = _softAbs.Secant(_values[j], _values[k]);
        }
        Potential = _value + 0.5 * logs;
        // ∂(½ ln det G) = ½ Σₖ f′(λₖ)/f(λₖ)·vₖᵀ(∂∇²U)vₖ.
        _weights.AsSpan().Clear();
        for (int k = 0; k < n; k++)
            AddAxis(k, _slopes[k] / _metric[k]);
        _energy.Third(_place, _weights, _change);
        for (int i = 0; i < _change.Length; i++)
            _fixedForce[i] = (_gradient[i] + 0.5 * _change[i]) / _temperature;
        return double.IsFinite(Potential) && TensorPrimitives.IsFiniteAll<double>(_fixedForce);
    }

    /// <summary>Goes on from the place inside the walls, where no direction is turned.</summary>
    public void Settle() => _signs.AsSpan().Fill(1);

    /// <summary>A momentum of N(0, G) from normal draws.</summary>
    public void Draw(ReadOnlySpan<float> normals, Span<double> momentum)
    {
        for (int k = 0; k < _metric.Length; k++)
            _onAxes[k] = Math.Sqrt(_metric[k]) * normals[k];
        FromAxes(momentum);
    }

    /// <summary>½pᵀG⁻¹p.</summary>
    public double Kinetic(ReadOnlySpan<double> momentum)
    {
        ToAxes(momentum);
        double sum = 0;
        for (int k = 0; k < _metric.Length; k++)
            sum += 0.5 * _onAxes[k] * _onAxes[k] / _metric[k];
        return sum;
    }

    /// <summary>The length √(dᵀGd) of a difference of positions.</summary>
    public double Length(ReadOnlySpan<double> difference)
    {
        ToAxes(difference);
        double sum = 0;
        for (int k = 0; k < _metric.Length; k++)
            sum += _onAxes[k] * _onAxes[k] * _metric[k];
        return Math.Sqrt(sum);
    }

    /// <summary>∂H/∂p = G⁻¹p.</summary>
    public void Velocity(ReadOnlySpan<double> momentum, Span<double> velocity)
    {
        ToAxes(momentum);
        TensorPrimitives.Divide(_onAxes, _metric, _onAxes);
        FromAxes(velocity);
    }

    /// <summary>∂H/∂x = ∇U + ½∂ ln det G − ½(G⁻¹p)ᵀ(∂G)(G⁻¹p).</summary>
    public void Force(ReadOnlySpan<double> momentum, Span<double> force)
    {
        int n = _metric.Length;
        ToAxes(momentum);
        TensorPrimitives.Divide(_onAxes, _metric, _onAxes);
        // On the axes, ∂G is that of the Hessian times the secants of f (Betancourt 2013, equation 9).
        if (_energy.IsSeparable)
        {
            for (int k = 0; k < n; k++)
                _weights[k] = _slopes[k] * _onAxes[k] * _onAxes[k];
        }
        else
        {
            _weights.AsSpan().Clear();
            for (int j = 0; j < n; j++)
            {
                Span<double> row = _work.AsSpan(j * n, n);
                row.Clear();
                for (int k = 0; k < n; k++)
                {
                    TensorPrimitives.MultiplyAdd(_axes.AsSpan(k * n, n), _secants[j * n + k] * _onAxes[j] * _onAxes[k], row, row);
                }
            }
            for (int j = 0; j < n; j++)
            {
                for (int i = 0; i < n; i++)
                    AddRow(i, _axes[j * n + i], _work.AsSpan(j * n, n));
            }
        }
        _energy.Third(_place, _weights, _change);
        for (int i = 0; i < n; i++)
            force[i] = _signs[i] * (_fixedForce[i] - 0.5 * _change[i] / _temperature);
    }

    private (double Place, double Sign) Fold(double x)
    {
        if (x >= _low && x <= _high || !double.IsFinite(_high))
            return (x, 1);
        double span = _high - _low, turn = (x - _low) % (2 * span);
        if (turn < 0)
            turn += 2 * span;
        return turn <= span ? (Math.Min(_high, _low + turn), 1) : (Math.Max(_low, _high - (turn - span)), -1);
    }

    // Axes of a Hessian that has not changed are kept, as on quadratic energies.
    private bool Decompose()
    {
        if (_energy.IsSeparable)
        {
            _hessian.CopyTo(_values, 0);
            return TensorPrimitives.IsFiniteAll<double>(_values);
        }
        if (_hasAxes && _hessian.AsSpan().SequenceEqual(_decomposed))
            return true;
        _hessian.CopyTo(_decomposed, 0);
        _hasAxes = _eigen.Decompose(_hessian, _values, _axes);
        return _hasAxes;
    }

    // Adds weight·vₖvₖᵀ to the weights.
    private void AddAxis(int axis, double weight)
    {
        if (_energy.IsSeparable)
        {
            _weights[axis] += weight;
            return;
        }
        ReadOnlySpan<double> vector = _axes.AsSpan(axis * _values.Length, _values.Length);
        for (int i = 0; i < vector.Length; i++)
            AddRow(i, weight * vector[i], vector);
    }

    private void AddRow(int row, double weight, ReadOnlySpan<double> vector)
    {
        Span<double> target = _weights.AsSpan(row * vector.Length, vector.Length);
        TensorPrimitives.MultiplyAdd(vector, weight, target, target);
    }

    private void ToAxes(ReadOnlySpan<double> vector)
    {
        int n = _onAxes.Length;
        if (_energy.IsSeparable)
        {
            vector.CopyTo(_onAxes); // squares and round trips: signs would cancel
            return;
        }
        TensorPrimitives.Multiply(vector, _signs, _change);
        for (int k = 0; k < n; k++)
            _onAxes[k] = TensorPrimitives.Dot<double>(_axes.AsSpan(k * n, n), _change);
    }

    private void FromAxes(Span<double> vector)
    {
        int n = _onAxes.Length;
        if (_energy.IsSeparable)
        {
            _onAxes.CopyTo(vector);
            return;
        }
        vector.Clear();
        for (int k = 0; k < n; k++)
            TensorPrimitives.MultiplyAdd(_axes.AsSpan(k * n, n), _onAxes[k], vector, vector);
        TensorPrimitives.Multiply(vector, _signs, vector);
    }
}
