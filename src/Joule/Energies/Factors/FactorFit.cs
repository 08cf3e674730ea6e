using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>How a mixture of factor analysers is fitted.</summary>
/// <param name="Shrinkage">ν: how many rows of the data's own variances every component counts besides its own rows.</param>
/// <param name="Rounds">Rounds of EM over all data.</param>
internal readonly record struct FactorFitOptions(double Shrinkage, int Rounds);

/// <summary>
/// Fits a mixture of factor analysers to data: k-means in the states' own units, probabilistic principal components of each cluster, then
/// EM (Ghahramani and Hinton 1996; Tipping and Bishop 1999, "Mixtures of probabilistic principal component analysers", for the start).
/// </summary>
internal sealed class FactorFit : IDisposable
{
    private const int LloydRounds = 10;
    private const int StartRounds = 14;

    private readonly Device _device;
    private readonly FactorMixture _mixture;
    private readonly StateSet _data;
    private readonly RandomStream _draws;
    private readonly DeviceBuffer _rows;
    private readonly FactorMembers _members;
    private readonly int[] _order;

    /// <summary>Allocates memory for the data.</summary>
    public FactorFit(Device device, FactorMixture mixture, StateSet data, ulong seed)
    {
        (_device, _mixture, _data) = (device, mixture, data);
        _draws = new RandomStream(seed, RandomPurpose.BaseFit, 0);
        _rows = device.Allocate((long)data.Count * data.Space.Width);
        _members = new FactorMembers(data.Count, mixture.Shape.Components);
        _order = new int[data.Count];
        _draws.FillPermutation(_order, 0);
    }

    private Rows Data => _rows.AsRows(_data.Count, _data.Space.Width);

    /// <summary>Fits, and commits.</summary>
    /// <returns>The mean ln q of the data before each round of EM, in nats.</returns>
    public double[] Run(FactorFitOptions options, CancellationToken cancellation)
    {
        _device.Launch(new ReadProgram(this, cancellation));
        using FactorClusters clusters = new(_device, Data, _mixture.Shape.Components, _members, _order);
        for (int round = 0; round < LloydRounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            clusters.Assign();
            clusters.Move();
        }
        clusters.Assign();
        using FactorSteps steps = new(_device, _mixture, Data, _members, options.Shrinkage);
        steps.Measure();
        steps.Start(_draws, StartRounds, cancellation);
        _mixture.Commit();
        double[] logs = new double[options.Rounds];
        for (int round = 0; round < options.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            logs[round] = steps.Assign(cancellation);
            steps.Improve(cancellation);
            _mixture.Commit();
        }
        return logs;
    }

    /// <summary>Frees the data.</summary>
    public void Dispose() => _rows.Dispose();

    private sealed class ReadProgram(FactorFit fit, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "the data of a mixture's fit";

        public override int Count => fit._data.Count;

        public override int BlockRows => 64;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            Rows data = fit.Data;
            for (int i = start; i < start + count; i++)
            {
                fit._data.Read(i, data[i]);
                if (data[i].ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    throw new InvalidInputException($"Training {fit._data.Noun} {i} of {fit._data.Name} holds a number that is not finite; "
                        + $"every number of a state must be finite. Repair or remove that {fit._data.Noun}.");
            }
        }
    }
}
