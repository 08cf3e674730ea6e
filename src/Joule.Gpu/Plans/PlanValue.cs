using Joule.Compute;

namespace Joule.Gpu.Plans;

/// <summary>A value of a network, between two operations.</summary>
/// <param name="plane">Where it lies.</param>
internal sealed class PlanValue(Plane plane)
{
    /// <summary>Its numbers.</summary>
    public Plane Plane => plane;

    /// <summary>Its gradient, in the place of its numbers unless reverse needs those.</summary>
    public Plane Gradient { get; } = new(plane.Channels, plane.Height, plane.Width) { IsScalar = plane.IsScalar };

    /// <summary>Whether the gradient has a place of its own.</summary>
    public bool HasOwnGradient { get; set; }

    /// <summary>Whether a gradient is wanted of it; in a plan for training only of what parameters change.</summary>
    public bool NeedsGradient { get; set; } = true;

    /// <summary>The function that the operation that writes it applies; null: none.</summary>
    public PointwiseFunction? Function { get; private set; }

    /// <summary>The function's parameter.</summary>
    public float Parameter { get; private set; }

    /// <summary>Whether a linear operation writes it, which may apply a function.</summary>
    public bool IsLinear { get; init; }

    /// <summary>Whether it is read by more than the next operation.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The operations and terms that read it, in forward order.</summary>
    public List<PlanUse> Uses { get; } = [];

    /// <summary>The byte of the function's slopes: one chain's after the other's, cells without a border.</summary>
    public int SlopesAt { get; set; }

    /// <summary>Lets the operation that writes it apply a function, if it can.</summary>
    public bool TryActivate(PointwiseFunction function, float parameter)
    {
        if (!IsLinear || IsHeld || Function is not null || Uses.Count > 0)
            return false;
        (Function, Parameter) = (function, parameter);
        return true;
    }
}

/// <summary>A reader of a value. In reverse, the last reader's gradient is written first, and the first reader's last.</summary>
/// <param name="value">The value.</param>
internal sealed class PlanUse(PlanValue value)
{
    /// <summary>The value.</summary>
    public PlanValue Value => value;

    /// <summary>Whether another reader has written the gradient before, so that this one adds.</summary>
    public bool Adds => value.Uses[^1] != this;

    /// <summary>Whether this reader completes the gradient, so that it multiplies by the slopes of the value's function.</summary>
    public bool Completes => value.Function is not null && value.Uses[0] == this;

    /// <summary>Notes that a value is read.</summary>
    public static PlanUse Of(PlanValue value)
    {
        PlanUse use = new(value);
        value.Uses.Add(use);
        return use;
    }
}
