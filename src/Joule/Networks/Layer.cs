namespace Joule.Networks;

/// <summary>
/// One layer of a network: its options. A layer is compiled, for the shape that reaches it, into operations. To add a layer is to add one file
/// with a record that derives from this and carries a <see cref="NamedAttribute"/>.
/// </summary>
public abstract record Layer
{
    /// <summary>Adds the layer's operations to a plan.</summary>
    /// <param name="builder">The plan.</param>
    /// <param name="input">The value that reaches the layer.</param>
    /// <param name="path">Where the layer stands, for the names of its parameters and for errors, for example <c>3</c> or <c>3.body.0</c>.</param>
    /// <returns>The value that leaves it.</returns>
    /// <exception cref="InvalidInputException">The layer's options are out of range, or do not fit the shape.</exception>
    protected internal abstract int Build(PlanBuilder builder, int input, string path);

    /// <summary>Checks the layer's options by themselves, and adds its operations to a plan.</summary>
    /// <exception cref="InvalidInputException">The layer's options are out of range, or do not fit the shape.</exception>
    internal int Compile(PlanBuilder builder, int input, string path)
    {
        List<string> problems = [];
        OptionsCheck.AddOwn(this, problems);
        if (problems.Count > 0)
            throw CannotBeBuilt(path, Catalogue.NameOf(GetType()) ?? GetType().Name, problems);
        return Build(builder, input, path);
    }

    /// <summary>Raises one error that lists every violated condition.</summary>
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
