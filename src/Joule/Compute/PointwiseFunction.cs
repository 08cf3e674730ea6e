namespace Joule.Compute;

/// <summary>The pointwise functions of networks.</summary>
public enum PointwiseFunction
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x for x &gt; 0, parameter · x below.</summary>
    LeakyRelu,

    /// <summary>x · sigmoid(x), also called swish. At −∞ it is NaN, and its slope at both infinities.</summary>
    Silu,

    /// <summary>ln(1 + eˣ).</summary>
    Softplus,

    /// <summary>x for x &gt; 0, parameter · (eˣ − 1) below.</summary>
    Elu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>x².</summary>
    Square,
}
