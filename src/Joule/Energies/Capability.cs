namespace Joule.Energies;

/// <summary>The names of capabilities in messages.</summary>
internal static class Capability
{
    /// <summary>A capability in words that follow "lacks".</summary>
    /// <param name="type">Its interface.</param>
    public static string Of(Type type) =>
        type == typeof(IDifferentiable) ? "a gradient with respect to the state (IDifferentiable)"
        : type == typeof(ICurved) ? "second and third derivatives beside its gradient (ICurved)"
        : type == typeof(ITransport) ? "a field that carries noise to its states (ITransport)"
        : type == typeof(ITimed) ? "a time or noise level beside the state (ITimed)"
        : type == typeof(IConditionals) ? "conditional distributions to draw from (IConditionals)"
        : type == typeof(IDifferences) ? "energy differences of single changes (IDifferences)"
        : type == typeof(ITilted) ? "a tractable base whose coordinates chains can walk in (ITilted)"
        : type == typeof(IKnown) ? "known answers (IKnown)"
        : type == typeof(ISamplable) ? "an exact sampler (ISamplable)"
        : type == typeof(IExact) ? "exact answers (IExact)"
        : type == typeof(IClassifier) ? "one output per class (IClassifier)"
        : type == typeof(ITrainable) ? "parameters to train (ITrainable)"
        : type.Name;
}
