namespace Joule.Compare.Contenders;

/// <summary>A peer was found but failed.</summary>
internal sealed class PeerException(string message) : Exception(message);
