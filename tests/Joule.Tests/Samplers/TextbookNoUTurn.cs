using Joule.Compute;

namespace Joule.Tests.Samplers;

/// <summary>
/// The no-U-turn sampler as it stands in a book: one chain, float64, every leaf kept, and every sum of momenta added up anew. It takes the
/// draws that <see cref="Joule.Samplers.NoUTurn"/> says it takes, so that both make the same decisions.
/// </summary>
internal sealed class TextbookNoUTurn(
    Func<double[], double> energy, Func<double[], double[]> gradient, double stepSize, double temperature, double[] scale, int maxDepth)
{
    public int Leaves { get; private set; }

    public bool Moved { get; private set; }

    public bool TestAccepts { get; private set; }

    public bool Diverged { get; private set; }

    public double[] Step(double[] start, RandomStream noise, uint chain)
    {
        int width = start.Length;
        long after = (width + 63) / 64 * 64;
        float[] drawn = new float[width];
        noise.FillNormal(drawn, chain);
        double U(long draw) => (noise.Bits(chain, after + draw) + 0.5) / 4294967296.0;
        Leaf first = new(start, [.. drawn.Select(p => (double)p)]);
        double hamiltonian = Hamiltonian(first), weight = 0, chances = 0;
        List<Leaf> trajectory = [first];
        (Leaves, Diverged) = (0, false);
        Leaf state = first;
        for (int depth = 0; depth < maxDepth; depth++)
        {
            int direction = noise.Bits(chain, after + depth) >> 31 == 0 ? 1 : -1;
            List<Leaf> subtree = [];
            Leaf from = direction > 0 ? trajectory[^1] : trajectory[0], proposed = first;
            double sum = double.NegativeInfinity;
            bool whole = true;
            for (int n = 0; n < 1 << depth && whole; n++)
            {
                from = Leapfrog(from, direction);
                subtree.Add(from);
                double w = hamiltonian - Hamiltonian(from);
                int number = Leaves++;
                if (!(w >= -1000))
                {
                    (Diverged, whole) = (true, false);
                    break;
                }
                chances += Math.Min(1, Math.Exp(w));
                sum = n == 0 ? w : Math.Log(Math.Exp(sum) + Math.Exp(w));
                if (n == 0 || U(64 + number) < Math.Exp(w - sum))
                    proposed = from;
                // Every binary subtree that ends here.
                for (int size = 2; (n + 1) % size == 0; size *= 2)
                    whole &= !Turned(subtree.GetRange(n + 1 - size, size / 2), subtree.GetRange(n + 1 - size / 2, size / 2));
            }
            if (!whole)
                break;
            if (U(32 + depth) < Math.Exp(sum - weight))
                state = proposed;
            weight = Math.Log(Math.Exp(weight) + Math.Exp(sum));
            // In the order of the doubling: from the far end of the old trajectory to the end of the new subtree.
            List<Leaf> old = direction > 0 ? trajectory : [.. Enumerable.Reverse(trajectory)];
            bool turned = Turned(old, subtree);
            trajectory = direction > 0 ? [.. trajectory, .. subtree] : [.. Enumerable.Reverse(subtree), .. trajectory];
            if (turned)
                break;
        }
        Moved = !ReferenceEquals(state, first);
        TestAccepts = U(63) < chances / Leaves;
        return state.Position;
    }

    private static bool Turned(List<Leaf> a, List<Leaf> b) =>
        Turned([.. a, .. b]) || Turned([.. a, b[0]]) || Turned([a[^1], .. b]);

    private static bool Turned(Leaf[] leaves)
    {
        double[] sum = [.. Enumerable.Range(0, leaves[0].Momentum.Length).Select(i => leaves.Sum(l => l.Momentum[i]))];
        return !(Dot(sum, leaves[0].Momentum) > 0 && Dot(sum, leaves[^1].Momentum) > 0);
    }

    private Leaf Leapfrog(Leaf from, int direction)
    {
        double e = direction * stepSize;
        double[] g = gradient(from.Position), p = [.. from.Momentum.Select((v, i) => v - 0.5 * e / temperature * scale[i] * g[i])];
        double[] x = [.. from.Position.Select((q, i) => q + e * scale[i] * p[i])];
        g = gradient(x);
        return new Leaf(x, [.. p.Select((v, i) => v - 0.5 * e / temperature * scale[i] * g[i])]);
    }

    private double Hamiltonian(Leaf leaf) => energy(leaf.Position) / temperature + 0.5 * Dot(leaf.Momentum, leaf.Momentum);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private sealed record Leaf(double[] Position, double[] Momentum);
}
