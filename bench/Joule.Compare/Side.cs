using Joule.Compare.Contenders;
using Joule.Compute;

namespace Joule.Compare;

/// <summary>Joule's device and the peer's process for one number of threads.</summary>
internal sealed record Side(int Threads, Device Device, PythonPeer? Peer, string Reason) : IDisposable
{
    public static Side Start(int threads)
    {
        (PythonPeer? peer, string reason) = PythonPeer.Start(Interpreters.Candidates, threads);
        return new Side(threads, Device.Cpu(threads), peer, reason);
    }

    public void Dispose()
    {
        Device.Dispose();
        Peer?.Dispose();
    }
}
