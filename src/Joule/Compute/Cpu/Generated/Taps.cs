namespace Joule.Compute;

/// <summary>Numbers of taps that a kernel is compiled for.</summary>
internal static class Taps
{
    /// <summary>A number that the compiler knows.</summary>
    internal interface ICount
    {
        static abstract int Count { get; }
    }

    internal readonly struct One : ICount
    {
        public static int Count => 1;
    }

    internal readonly struct Two : ICount
    {
        public static int Count => 2;
    }

    internal readonly struct Three : ICount
    {
        public static int Count => 3;
    }

    internal readonly struct Four : ICount
    {
        public static int Count => 4;
    }

    internal readonly struct Five : ICount
    {
        public static int Count => 5;
    }
}
