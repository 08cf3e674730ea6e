namespace Joule.Compare.Contenders;

/// <summary>A peer was found, but did not do what was asked of it.</summary>
internal sealed class PeerException(string message) : Exception(message);
