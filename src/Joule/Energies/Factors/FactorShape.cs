using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>The sizes of a mixture of factor analysers, and where its parameters lie in one block of memory.</summary>
/// <param name="Components">Number of components, K.</param>
/// <param name="Factors">Number of factors of each, l.</param>
/// <param name="Width">Numbers of a state, d.</param>
internal readonly record struct FactorShape(int Components, int Factors, int Width)
{
    /// <summary>Floats of all parameters.</summary>
    public long Length => Components + (long)Components * Width * (Factors + 2);

    /// <summary>Checks that a mixture can be fitted to states.</summary>
    /// <param name="space">The states.</param>
    /// <param name="energy">The energy's name.</param>
    /// <exception cref="InvalidInputException">They are not real, or their walls are not those of all numbers.</exception>
    public static void Check(StateSpace space, string energy)
    {
        if (space.Domain == Domain.Real || (space.Domain == Domain.Box && space.HasWalls))
            return;
        throw new InvalidInputException($"The energy \"{energy}\" needs real states, without walls or with two that all numbers share; "
            + $"these are {space}.");
    }

    /// <summary>How many parameters may lie beside those of the mixture.</summary>
    /// <param name="most">The largest number of both together.</param>
    /// <param name="space">The states, for the error.</param>
    /// <exception cref="InvalidInputException">The mixture alone has more.</exception>
    public long Leaves(long most, StateSpace space) => Length <= most
        ? most - Length
        : throw new InvalidInputException($"A mixture of {Components} components with {Factors} factors on {space} has {Length:N0} "
            + $"parameters; at most {most:N0} are possible here. Use fewer components or factors.");

    /// <summary>ln of the components' weights: one row.</summary>
    public Rows LogWeights(Rows all) => new(all.Buffer, all.Offset, 1, Components);

    /// <summary>The means: K rows of d.</summary>
    public Rows Means(Rows all) => new(all.Buffer, all.Offset + Components, Components, Width);

    /// <summary>The variances of single numbers: K rows of d.</summary>
    public Rows Variances(Rows all) => new(all.Buffer, all.Offset + Components * (1 + Width), Components, Width);

    /// <summary>The loadings: K·l rows of d, all those of a component together.</summary>
    public Rows Loadings(Rows all) => new(all.Buffer, all.Offset + Components * (1 + 2 * Width), Components * Factors, Width);

    /// <summary>The parameters as tensors of a model file.</summary>
    /// <param name="offset">Where they begin.</param>
    public IReadOnlyList<Parameter> Tensors(int offset) =>
    [
        new("base.log_weights", [Components], offset, 1, 1),
        new("base.means", [Components, Width], offset + Components, 1, 1),
        new("base.variances", [Components, Width], offset + Components * (1 + Width), 1, 1),
        new("base.loadings", [Components, Factors, Width], offset + Components * (1 + 2 * Width), 1, 1),
    ];
}
