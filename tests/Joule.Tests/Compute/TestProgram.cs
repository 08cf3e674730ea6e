using Joule.Compute;

namespace Joule.Tests;

/// <summary>A program of independent blocks, given as a function of block and lane.</summary>
internal sealed class TestProgram(int blocks, Action<int, int> body) : DeviceProgram
{
    public override string Name => "a test's blocks";

    public override int Count => blocks;

    protected override void Run(int start, int count, int lane) => body(start, lane);
}
