using System.Numerics;
using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// One step of <see cref="NoUTurn"/> for a block of chains. The chains whose trajectories go on lie in the first rows, in any order, so
/// that each leapfrog step evaluates one batch.
/// </summary>
internal readonly ref struct NoUTurnTrees
{
    /// <summary>Numbers in float64 for each chain: ten of them, and six whole numbers in the room of three.</summary>
    public const int ScratchNumbers = 13;

    // Parts of the scratch rows. Those of an end come in pairs: backwards, forwards.
    private const int Position = 0, Momentum = 1, Gradient = 2, EndPosition = 3, EndMomentum = 5, EndGradient = 7, NewPosition = 9,
        NewGradient = 10, TreeSum = 11, NewSum = 12, Checkpoints = 13;

    // Parts of a checkpoint: the momentum of the first leaf of a subtree, that of the leaf before it, and the sum of those before it.
    private const int First = 0, Before = 1, SumBefore = 2;

    // Parts of the random draws beyond the momenta.
    private const int TakeSubtree = 32, CountedTest = 63, TakeLeaf = 64;

    private readonly IDifferentiable _energy;
    private readonly ChainBlock _block;
    private readonly LeapfrogCoefficients _coefficients;
    private readonly ReadOnlySpan<float> _scale;
    private readonly DenseMetric? _dense;
    private readonly int _maxDepth;
    private readonly double _temperature;
    private readonly int _count;
    private readonly int _width;

    // The part with ∇E: with a dense metric a further one, since Gradient then holds Lᵀ∇E.
    private readonly int _slope;
    private readonly long _afterMomenta;
    private readonly Span<float> _scratch;

    // Of every chain.
    private readonly Span<double> _start, _treeWeight, _newWeight, _chances, _errors, _stateEnergy, _stateNorm, _newEnergy, _newNorm;
    private readonly Span<int> _depth, _leaf, _leaves;

    // Of every row: kinetic energy, chain, direction.
    private readonly Rows _kineticRows;
    private readonly Span<double> _kinetic;
    private readonly Span<int> _chain, _direction;

    public NoUTurnTrees(IDifferentiable energy, in ChainBlock block, in LeapfrogCoefficients coefficients, ReadOnlySpan<float> scale,
        DenseMetric? dense, int maxDepth, double temperature)
    {
        (_energy, _coefficients, _maxDepth, _temperature) = (energy, coefficients, maxDepth, temperature);
        _block = block;
        _scale = scale;
        _dense = dense;
        _slope = dense is null ? Gradient : ScratchRows(maxDepth, false);
        _count = block.States.Count;
        _width = block.States.Width;
        _scratch = block.Scratch.Span;
        _afterMomenta = RandomStream.AfterNormals(block.States.Width);
        Span<double> numbers = block.NumberRows.Doubles;
        _start = numbers[.._count];
        _treeWeight = numbers.Slice(_count, _count);
        _newWeight = numbers.Slice(2 * _count, _count);
        _chances = numbers.Slice(3 * _count, _count);
        _errors = numbers.Slice(4 * _count, _count);
        _stateEnergy = numbers.Slice(5 * _count, _count);
        _stateNorm = numbers.Slice(6 * _count, _count);
        _newEnergy = numbers.Slice(7 * _count, _count);
        _newNorm = numbers.Slice(8 * _count, _count);
        _kineticRows = block.NumberRows.Slice(9 * _count, _count);
        _kinetic = _kineticRows.Doubles;
        Span<int> whole = block.NumberRows.Slice(10 * _count, 3 * _count).Integers;
        _depth = whole[.._count];
        _leaf = whole.Slice(_count, _count);
        _leaves = whole.Slice(2 * _count, _count);
        _chain = whole.Slice(3 * _count, _count);
        _direction = whole.Slice(4 * _count, _count);
    }

    /// <summary>Rows for each chain: a position with momentum and gradient three times (that of the leapfrog and both ends), the state
    /// that a new subtree proposes, two sums of momenta, three rows a checkpoint, and one for a dense metric.</summary>
    public static int ScratchRows(int maxDepth, bool isDense) => Checkpoints + 3 * Math.Max(1, maxDepth - 1) + (isDense ? 1 : 0);

    /// <summary>Advances the block by one step.</summary>
    public void Run()
    {
        int active = Begin();
        while (active > 0)
        {
            _block.Cancellation.ThrowIfCancellationRequested();
            Rows positions = Part(Position, active), momenta = Part(Momentum, active), gradients = Part(Gradient, active);
            if (_dense is not null)
            {
                DenseStep(positions, momenta, gradients);
            }
            else
            {
                Kernels.TrajectoryStart(positions, momenta, gradients, _scale, _direction, _coefficients);
                _energy.Gradient(positions, _block.EnergyRows, gradients);
                Kernels.TrajectoryEnd(momenta, gradients, _scale, _direction, _coefficients.Kick, _kineticRows, _block.NormRows);
            }
            for (int row = 0; row < active;)
            {
                if (GoesOn(row))
                    row++;
                else
                    Replace(row, --active);
            }
        }
        for (int c = 0; c < _count; c++)
        {
            _block.Energies[c] = (float)_stateEnergy[c];
            _block.SquaredNorms[c] = (float)_stateNorm[c];
        }
    }

    private void DenseStep(Rows positions, Rows momenta, Rows slopes)
    {
        Rows gradients = Part(_slope, positions.Count);
        _dense!.Kick(momenta, slopes, _direction, _coefficients.Kick, _kineticRows, _block.NormRows);
        _dense.Drift(positions, momenta, gradients, _direction, _coefficients.Drift);
        _energy.Gradient(positions, _block.EnergyRows, gradients);
        _dense.Slopes(gradients, slopes);
        _dense.Kick(momenta, slopes, _direction, _coefficients.Kick, _kineticRows, _block.NormRows);
        Kernels.SquaredNorms(gradients, _block.SquaredNorms);
    }

    /// <summary>Draws momenta and starts a trajectory for each chain with a finite energy and gradient. Returns their number.</summary>
    private int Begin()
    {
        if (!_block.Continues)
            _energy.Gradient(_block.States, _block.EnergyRows, _block.Gradient);
        Rows momenta = Part(Momentum, _count), gradients = Part(Gradient, _count);
        momenta.Span.Clear();
        Kernels.AddNoise(momenta, 1, float.NegativeInfinity, float.PositiveInfinity, _block.Noise, _block.FirstChain);
        _block.States.Span.CopyTo(Part(Position, _count).Span);
        _direction.Clear();
        if (_dense is not null)
        {
            _dense.Slopes(_block.Gradient, gradients);
            _dense.Kick(momenta, gradients, _direction, _coefficients.Kick, _kineticRows, _block.NormRows);
            Kernels.SquaredNorms(_block.Gradient, _block.SquaredNorms);
        }
        else
        {
            _block.Gradient.Span.CopyTo(gradients.Span);
            Kernels.TrajectoryEnd(momenta, gradients, _scale, _direction, _coefficients.Kick, _kineticRows, _block.NormRows);
        }
        for (int c = 0; c < _count; c++)
        {
            _chain[c] = c;
            _stateEnergy[c] = _block.Energies[c];
            _stateNorm[c] = _block.SquaredNorms[c];
        }
        int active = _count;
        for (int row = 0; row < active;)
        {
            if (Starts(row))
                row++;
            else
                Replace(row, --active);
        }
        return active;
    }

    private bool Starts(int row)
    {
        int c = _chain[row];
        _start[c] = _stateEnergy[c] / _temperature + _kinetic[row];
        if (!double.IsFinite(_start[c]) || !double.IsFinite(_stateNorm[c]))
            return false;
        (_depth[c], _leaves[c], _chances[c], _errors[c], _treeWeight[c]) = (0, 0, 0, 0, 0);
        for (int side = 0; side < 2; side++)
            Keep(row, c, side);
        Copy(Momentum, row, TreeSum, c);
        Turn(row, c);
        return true;
    }

    /// <summary>Takes the state in a row as the next leaf of its chain's trajectory. Returns whether there are more.</summary>
    private bool GoesOn(int row)
    {
        int c = _chain[row], leaf = _leaf[c]++, leaves = _leaves[c]++;
        double energy = _block.Energies[row], norm = _block.SquaredNorms[row], weight = _start[c] - energy / _temperature - _kinetic[row];
        if (!double.IsFinite(energy) || !double.IsFinite(norm) || !double.IsFinite(weight) || weight < -LeapfrogTransition.DivergentRise)
        {
            _block.Divergent[c]++;
            CountTest(c);
            return false;
        }
        _chances[c] += weight >= 0 ? 1 : Math.Exp(weight);
        _errors[c] += Math.Abs(weight);
        _newWeight[c] = leaf == 0 ? weight : LogSum(_newWeight[c], weight);
        if (leaf == 0 || Accepts(weight - _newWeight[c], c, TakeLeaf + (long)leaves))
        {
            (_newEnergy[c], _newNorm[c]) = (energy, norm);
            Copy(Position, row, NewPosition, c);
            Copy(_slope, row, NewGradient, c);
        }
        bool turned = SumsUpToATurn(row, c, leaf);
        if (!turned && leaf + 1 < 1 << _depth[c])
            return true;
        if (!turned && Joins(row, c))
            return true;
        _block.EnergyErrors[c] += _errors[c] / _leaves[c];
        CountTest(c);
        return false;
    }

    /// <summary>
    /// Adds a leaf's momentum to the sum of its subtree, and looks for a turn in every binary subtree of it that ends with the leaf.
    /// Checkpoint popcount(i/2) holds the last even leaf i of that kind: its momentum, that of the leaf before it, and the sum before it.
    /// </summary>
    private bool SumsUpToATurn(int row, int c, int leaf)
    {
        int momentum = At(Momentum, row), sum = At(NewSum, c), slot = BitOperations.PopCount((uint)leaf >> 1);
        if (leaf == 0)
            Row(sum).Clear();
        if (leaf % 2 == 0)
        {
            Row(momentum).CopyTo(Row(Checkpoint(slot, First, c)));
            Row(sum).CopyTo(Row(Checkpoint(slot, SumBefore, c)));
            Add(momentum, sum);
            return false;
        }
        Add(momentum, sum);
        int subtrees = BitOperations.TrailingZeroCount(~leaf);
        for (int k = 0; k < subtrees; k++)
        {
            int first = Checkpoint(slot - k, First, c), before = Checkpoint(slot - k, SumBefore, c);
            if (Turns(first, momentum, sum, -1, before, 0, before))
                return true;
            if (k == 0)
                continue;
            // The second half starts at the checkpoint of the next smaller subtree.
            int middle = Checkpoint(slot - k + 1, First, c), beforeMiddle = Checkpoint(slot - k + 1, SumBefore, c);
            int last = Checkpoint(slot - k + 1, Before, c);
            if (Turns(first, middle, beforeMiddle, -1, before, 1, middle) || Turns(last, momentum, sum, -1, beforeMiddle, 1, last))
                return true;
        }
        if (leaf + 1 < 1 << _depth[c])
            Row(momentum).CopyTo(Row(Checkpoint(BitOperations.PopCount((uint)(leaf + 1) >> 1), Before, c)));
        return false;
    }

    /// <summary>Joins a whole new subtree to the trajectory. Returns whether the trajectory is doubled once more.</summary>
    private bool Joins(int row, int c)
    {
        if (Accepts(_newWeight[c] - _treeWeight[c], c, TakeSubtree + _depth[c]))
        {
            Row(At(NewPosition, c)).CopyTo(_block.States[c]);
            Row(At(NewGradient, c)).CopyTo(_block.Gradient[c]);
            (_stateEnergy[c], _stateNorm[c]) = (_newEnergy[c], _newNorm[c]);
        }
        _treeWeight[c] = LogSum(_treeWeight[c], _newWeight[c]);
        if (++_depth[c] == _maxDepth)
            return false;
        int side = Side(_direction[row]);
        int far = At(EndMomentum + 1 - side, c), near = At(EndMomentum + side, c), first = Checkpoint(0, First, c);
        int last = At(Momentum, row), tree = At(TreeSum, c), sum = At(NewSum, c);
        if (Turns(far, last, tree, 1, sum, 0, sum) || Turns(far, first, tree, 1, first, 0, first)
            || Turns(near, last, sum, 1, near, 0, near))
        {
            return false;
        }
        Add(sum, tree);
        Keep(row, c, side);
        Turn(row, c);
        return true;
    }

    /// <summary>Draws the direction of the next doubling, and goes to that end of the trajectory.</summary>
    private void Turn(int row, int c)
    {
        int direction = Bits(c, _depth[c]) >> 31 == 0 ? 1 : -1;
        if (_depth[c] > 0 && direction != _direction[row])
        {
            int side = Side(direction);
            Copy(EndPosition + side, c, Position, row);
            Copy(EndMomentum + side, c, Momentum, row);
            Copy(EndGradient + side, c, Gradient, row);
        }
        _direction[row] = direction;
        _leaf[c] = 0;
    }

    /// <summary>Keeps what a row holds as one end of its chain's trajectory.</summary>
    private void Keep(int row, int c, int side)
    {
        Copy(Position, row, EndPosition + side, c);
        Copy(Momentum, row, EndMomentum + side, c);
        Copy(Gradient, row, EndGradient + side, c);
    }

    /// <summary>Gives a row whose chain has ended to the chain of the last row.</summary>
    private void Replace(int row, int last)
    {
        if (row == last)
            return;
        for (int part = Position; part <= Gradient; part++)
            Copy(part, last, part, row);
        if (_dense is not null)
            Copy(_slope, last, _slope, row);
        (_chain[row], _direction[row], _kinetic[row]) = (_chain[last], _direction[last], _kinetic[last]);
        (_block.Energies[row], _block.SquaredNorms[row]) = (_block.Energies[last], _block.SquaredNorms[last]);
    }

    /// <summary>Counts whether a Metropolis test accepts a leaf of the trajectory that is drawn at random.</summary>
    private void CountTest(int c)
    {
        if (Uniform(c, CountedTest) < _chances[c] / _leaves[c])
            _block.Accepted[c]++;
    }

    private bool Accepts(double logChance, int c, long draw)
    {
        if (logChance >= 0)
            return true;
        double uniform = Uniform(c, draw);
        return LeapfrogTransition.Passes(uniform, logChance);
    }

    private double Uniform(int c, long draw) => _block.Noise.OpenUniform(_block.FirstChain + (uint)c, _afterMomenta + draw);

    private uint Bits(int c, long draw) => _block.Noise.Bits(_block.FirstChain + (uint)c, _afterMomenta + draw);

    private Rows Part(int part, int rows) => _block.Scratch.Slice(part * _count, rows);

    private int At(int part, int row) => part * _count + row;

    private int Checkpoint(int slot, int part, int c) => At(Checkpoints + 3 * slot + part, c);

    private Span<float> Row(int place) => _scratch.Slice(place * _width, _width);

    private void Copy(int from, int fromRow, int to, int toRow) => Row(At(from, fromRow)).CopyTo(Row(At(to, toRow)));

    private void Add(int x, int sum) => TensorPrimitives.Add(Row(sum), Row(x), Row(sum));

    private bool Turns(int first, int last, int x, float alpha, int y, float beta, int z) =>
        Kernels.Turns(_block.Scratch, first, last, x, alpha, y, beta, z);

    private static int Side(int direction) => direction > 0 ? 1 : 0;

    private static double LogSum(double a, double b) => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));
}
