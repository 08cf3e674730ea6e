namespace Joule.Networks;

/// <summary>A residual block: body(x) + shortcut(x), where an empty shortcut is x itself (He et al. 2016).</summary>
[Named("residual", "body(x) + shortcut(x)")]
public sealed record ResidualLayer : Layer
{
    /// <summary>The layers of the body.</summary>
    public required IReadOnlyList<Layer> Body { get; init; }

    /// <summary>The layers of the shortcut; empty for the identity.</summary>
    public IReadOnlyList<Layer> Shortcut { get; init; } = [];

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        builder.Hold(input);
        int body = builder.AddLayers(Body, input, path + ".body.");
        builder.Hold(body);
        int shortcut = builder.AddLayers(Shortcut, input, path + ".shortcut.");
        return JoinOperation.Join(builder, body, shortcut, Join.Add, path, "residual");
    }
}
