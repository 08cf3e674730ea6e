namespace Joule.Compare.Reports;

/// <summary>A peer's time for a case.</summary>
/// <param name="Peer">Which peer.</param>
/// <param name="Milliseconds">Its median; null if the peer is not available.</param>
internal sealed record PeerTime(string Peer, double? Milliseconds);

/// <summary>The result of one case with one number of threads.</summary>
/// <param name="Case">The case.</param>
/// <param name="Threads">The number of threads of every side.</param>
/// <param name="JouleMilliseconds">Joule's median.</param>
/// <param name="Peers">The peers' medians.</param>
/// <param name="Flops">Floating-point operations of the case; null if they are not meaningful.</param>
/// <param name="CeilingGflops">The rate of the multiply-add loop, measured between the rounds.</param>
internal sealed record CaseResult(
    string Case, int Threads, double JouleMilliseconds, IReadOnlyList<PeerTime> Peers, double? Flops, double CeilingGflops)
{
    /// <summary>Joule's GFLOP/s.</summary>
    public double? Gflops => Flops / JouleMilliseconds * 1e-6;

    /// <summary>The ceiling, or null if it is not meaningful.</summary>
    public double? Ceiling => Flops is null ? null : CeilingGflops;

    /// <summary>Joule's share of the ceiling.</summary>
    public double? Share => Gflops / CeilingGflops;

    /// <summary>How many times faster than a peer Joule is.</summary>
    public double? Ratio(PeerTime peer) => peer.Milliseconds / JouleMilliseconds;
}
