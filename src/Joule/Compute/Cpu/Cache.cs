using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>Hints to the processor's caches.</summary>
internal static unsafe class Cache
{
    /// <summary>
    /// Prefetches the line of <paramref name="address"/> into the second-level cache. A hint: any address will do, and some processors
    /// ignore it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }
}
