namespace Joule.Compare.Reports;

/// <summary>A peer's time for a case.</summary>
/// <param name="Peer">Which peer.</param>
/// <param name="Milliseconds">Its median; null where the peer is not on this machine.</param>
internal sealed record PeerTime(string Peer, double? Milliseconds);

/// <summary>One case on one number of threads.</summary>
/// <param name="Case">The case.</param>
/// <param name="Threads">The number of threads of every side.</param>
/// <param name="JouleMilliseconds">Joule's median.</param>
/// <param name="Peers">The peers' medians.</param>
/// <param name="Flops">Floating-point operations of the case; null where they say nothing.</param>
/// <param name="CeilingGflops">What the multiply-add loop reached between the rounds.</param>
internal sealed record CaseResult(
    string Case, int Threads, double JouleMilliseconds, IReadOnlyList<PeerTime> Peers, double? Flops, double CeilingGflops)
{
    /// <summary>Joule's GFLOP/s.</summary>
    public double? Gflops => Flops / JouleMilliseconds * 1e-6;

    /// <summary>The ceiling, where it says something.</summary>
    public double? Ceiling => Flops is null ? null : CeilingGflops;

    /// <summary>Joule's share of the ceiling.</summary>
    public double? Share => Gflops / CeilingGflops;

    /// <summary>How many times faster than a peer Joule is.</summary>
    public double? Ratio(PeerTime peer) => peer.Milliseconds / JouleMilliseconds;
}
