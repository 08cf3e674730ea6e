namespace Joule.Networks;

/// <summary>How a network's initial weights are drawn.</summary>
public enum Initialization
{
    /// <summary>Weights and biases uniform on ±1/√(inputs of a unit): the default of PyTorch's linear and convolution layers.</summary>
    FanIn,

    /// <summary>Weights uniform on ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio 2010): the default of Keras.</summary>
    Glorot,

    /// <summary>Weights normal with variance 2 / inputs, biases 0 (He et al. 2015).</summary>
    He,
}

/// <summary>One parameter tensor of a network, in the layout of the public formats.</summary>
/// <param name="Name">Its name, for example <c>2.weight</c>.</param>
/// <param name="Dimensions">Its shape: [outputs, inputs], [outputs, channels, kernel, kernel] or [outputs].</param>
/// <param name="Offset">Its offset among all parameters.</param>
/// <param name="FanIn">Inputs of one unit.</param>
/// <param name="FanOut">Outputs of one input.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Dimensions, int Offset, int FanIn, int FanOut)
{
    /// <summary>Number of floats.</summary>
    public int Length { get; } = Product(Dimensions);

    /// <summary>True for a bias: one dimension.</summary>
    public bool IsBias => Dimensions.Count == 1;

    private static int Product(IReadOnlyList<int> dimensions)
    {
        int product = 1;
        foreach (int dimension in dimensions)
            product = checked(product * dimension);
        return product;
    }
}
