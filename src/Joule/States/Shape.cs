namespace Joule.States;

/// <summary>The shape of one state or activation: channels, height and width. A vector of n is n×1×1.</summary>
public readonly record struct Shape(int Channels, int Height, int Width)
{
    /// <summary>Number of floats.</summary>
    public int Length => Channels * Height * Width;

    /// <summary>A vector of n floats.</summary>
    public static Shape Vector(int n) => new(n, 1, 1);

    /// <inheritdoc/>
    public override string ToString() => Height == 1 && Width == 1 ? $"{Channels}" : $"{Channels}×{Height}×{Width}";
}
