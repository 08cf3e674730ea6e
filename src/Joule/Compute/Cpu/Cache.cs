using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>Hints to the processor's caches.</summary>
internal static unsafe class Cache
{
    /// <summary>
    /// Asks that the line of <paramref name="address"/> be brought near, into the second level. It is a hint: any address will do, and some
    /// processors have none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }
}
