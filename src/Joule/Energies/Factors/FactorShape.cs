using Joule.Compute;
using Joule.Networks;

namespace Joule.Energies;

/// <summary>The sizes of a mixture of factor analysers, and where its parameters lie in one block of memory.</summary>
/// <param name="Components">Number of components, K.</param>
/// <param name="Factors">Number of factors of each, l.</param>
/// <param name="Width">Numbers of a state, d.</param>
internal readonly record struct FactorShape(int Components, int Factors, int Width)
{
    /// <summary>Floats of all parameters.</summary>
    public long Length => Components + (long)Components * Width * (Factors + 2);

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
