using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>
/// The manifold of a set of features: balls around its members, each reaching to the third nearest other member (Kynkäänniemi et al. 2019,
/// equations 1 and 2). Precision is the share of samples in the manifold of data; recall is the share of data in that of samples.
/// </summary>
internal sealed class FeatureManifold : IDisposable
{
    /// <summary>The neighbour that a ball reaches to.</summary>
    public const int Neighbour = 3;

    private readonly Device _device;
    private readonly Rows _members;
    private readonly DeviceBuffer _radii;

    /// <summary>Finds the balls of a set of at least 2 members; with fewer than 4, a ball reaches to the farthest.</summary>
    /// <param name="device">The device.</param>
    /// <param name="members">The features; not copied.</param>
    /// <param name="cancellation">Cancels between blocks of members.</param>
    public FeatureManifold(Device device, Rows members, CancellationToken cancellation = default)
    {
        (_device, _members) = (device, members);
        _radii = device.Allocate(members.Count);
        device.Launch(new RadiusWork(members, Math.Min(Neighbour, members.Count - 1), _radii.AsRows(members.Count, 1), cancellation));
    }

    /// <summary>The share of some features that lie in a ball.</summary>
    /// <param name="features">The features.</param>
    /// <param name="cancellation">Cancels between blocks of features.</param>
    public double Share(Rows features, CancellationToken cancellation = default)
    {
        using DeviceBuffer memory = _device.Allocate(features.Count);
        Rows inside = memory.AsRows(features.Count, 1);
        _device.Launch(new MemberWork(features, _members, _radii.AsRows(_members.Count, 1), inside, cancellation));
        return (double)_device.Download(inside).Count(i => i > 0) / features.Count;
    }

    public void Dispose() => _radii.Dispose();

    private sealed class RadiusWork(Rows members, int neighbour, Rows radii, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "the balls of a manifold";

        public override int Count => members.Count;

        public override int BlockRows => 16;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<float> nearest = stackalloc float[Neighbour];
            for (int i = start; i < start + count; i++)
            {
                nearest.Fill(float.PositiveInfinity);
                for (int j = 0; j < members.Count; j++)
                {
                    float distance = j == i ? float.PositiveInfinity : TensorPrimitives.Distance<float>(members[i], members[j]);
                    // Keeps the smallest in order.
                    for (int k = 0; k < neighbour && distance < nearest[neighbour - 1]; k++)
                    {
                        if (distance < nearest[k])
                            (nearest[k], distance) = (distance, nearest[k]);
                    }
                }
                radii[i][0] = nearest[neighbour - 1];
            }
        }
    }

    private sealed class MemberWork(Rows features, Rows members, Rows radii, Rows inside, CancellationToken cancellation) : DeviceProgram
    {
        public override string Name => "the members of a manifold";

        public override int Count => features.Count;

        public override int BlockRows => 16;

        protected override void Run(int start, int count, int lane)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> reach = radii.Span;
            for (int i = start; i < start + count; i++)
            {
                bool found = false;
                for (int j = 0; j < members.Count && !found; j++)
                    found = TensorPrimitives.Distance<float>(features[i], members[j]) <= reach[j];
                inside[i][0] = found ? 1 : 0;
            }
        }
    }
}
