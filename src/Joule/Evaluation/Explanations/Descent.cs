namespace Joule.Evaluation;

/// <summary>The way from a state to a likely one, and what each number or column had to do with it.</summary>
/// <param name="Energy">The energy of the state, in nats.</param>
/// <param name="ReferenceEnergy">The energy of the reference.</param>
/// <param name="Reference">The reference: the likely state at the end of the way.</param>
/// <param name="Shares">
/// The share of each column or number, in nats; their sum is <paramref name="Energy"/> − <paramref name="ReferenceEnergy"/>.
/// </param>
/// <param name="IsLikely">Whether the reference is likely; if not, the descent found no lower energy.</param>
public sealed record Descent(float Energy, float ReferenceEnergy, float[] Reference, double[] Shares, bool IsLikely);
