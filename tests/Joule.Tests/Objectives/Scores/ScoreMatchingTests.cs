using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class ScoreMatchingTests
{
    [Fact]
    public void The_gradient_is_that_of_the_loss_in_float64()
    {
        using ScoreUpdate update = new(new ScoreMatchingOptions());
        update.Check(theta => update.Data.Average(x => Term(update, theta, TestRows.Doubles(x))));
    }

    [Fact]
    public void Many_dimensions_are_refused_with_what_they_would_cost_and_may_be_allowed()
    {
        using Device device = Device.Cpu(1);
        using TinyEnergy energy = new(device, StateSpace.Real(Shape.Vector(200)), 1);
        ObjectiveContext context = new(device, energy, 64, 1);
        Refused.With(() => new ScoreMatchingOptions().Create(context), "12,800 rows", "sliced_score_matching");
        using Objective allowed = new ScoreMatchingOptions { MostDimensions = 200 }.Create(context);
        // Ten states of a pass, not all 64: memory stays bounded.
        Assert.Equal(2000, allowed.PassCapacity);
    }

    [Fact]
    public void Discrete_states_and_energies_without_derivatives_are_refused()
    {
        Refused.With(() => new ScoreUpdate(new ScoreMatchingOptions(), StateSpace.Binary(Shape.Vector(3))), "continuously");
        using Device device = Device.Cpu(1);
        using LearnedGaussian energy = new(device, 2);
        using Objective objective = new ScoreMatchingOptions().Create(new ObjectiveContext(device, energy, 4, 1));
        Refused.With(() => objective.CreatePass(energy), "no derivatives along directions");
    }

    // ½‖∇E‖² − tr ∇²E.
    private static double Term(ScoreUpdate update, double[] theta, double[] x)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double[] axis = new double[x.Length];
            axis[j] = 1;
            double[] along = update.Energy.Along(theta, x, axis);
            sum += along[1] * along[1] / 2 - along[2];
        }
        return sum;
    }
}
