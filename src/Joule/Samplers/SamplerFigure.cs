namespace Joule.Samplers;

/// <summary>Something that a sampler tells about its work, for readers.</summary>
/// <param name="Name">Its name, in lower case with underscores, for example <c>round_trips</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Text">The figure in words, for example <c>120 round trips of 8 replicas</c>.</param>
public sealed record SamplerFigure(string Name, double Value, string Text);
