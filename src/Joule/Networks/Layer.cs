namespace Joule.Networks;

/// <summary>
/// The options of a network layer. A layer is compiled into operations for its input shape. To add a layer, add one file with a record that
/// derives from this and has a <see cref="NamedAttribute"/>.
/// </summary>
public abstract record Layer
{
    /// <summary>Adds the layer's operations to a plan.</summary>
    /// <param name="builder">The plan.</param>
    /// <param name="input">The layer's input value.</param>
    /// <param name="path">The layer's path, for parameter names and errors, for example <c>3</c> or <c>3.body.0</c>.</param>
    /// <returns>The layer's output value.</returns>
    /// <exception cref="InvalidInputException">The layer's options are out of range, or do not fit the shape.</exception>
    protected internal abstract int Build(PlanBuilder builder, int input, string path);

    /// <summary>Checks the layer's own options, and adds its operations to a plan.</summary>
    /// <exception cref="InvalidInputException">The layer's options are out of range, or do not fit the shape.</exception>
    internal int Compile(PlanBuilder builder, int input, string path)
    {
        List<string> problems = [];
        OptionsCheck.AddOwn(this, problems);
        if (problems.Count > 0)
            throw CannotBeBuilt(path, Catalogue.NameOf(GetType()) ?? GetType().Name, problems);
        return Build(builder, input, path);
    }

    /// <summary>Throws one error that lists every violated condition.</summary>
    protected static void Require(string path, string kind, params (bool Holds, string Problem)[] conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        List<string> problems = [];
        foreach ((bool holds, string problem) in conditions)
        {
            if (!holds)
                problems.Add(problem);
        }
        if (problems.Count > 0)
            throw CannotBeBuilt(path, kind, problems);
    }

    private static InvalidInputException CannotBeBuilt(string path, string kind, List<string> problems) =>
        new($"Layer {path} ({kind}) of the network cannot be built: {string.Join("; ", problems)}.");
}
