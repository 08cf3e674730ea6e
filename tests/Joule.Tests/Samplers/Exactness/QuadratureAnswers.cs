using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Samplers;

/// <summary>The exact answers of an energy between walls, by quadrature.</summary>
internal sealed class QuadratureAnswers(Energy energy) : IKnown
{
    private readonly QuadratureResult _result = Quadrature.Of(energy);

    public StateSpace Space => energy.Space;

    public double? LogPartition => _result.LogPartition;

    public double? Mean(int number) => _result.Means[number];

    public double? Covariance(int number, int other) => _result.Covariances[number, other];
}
