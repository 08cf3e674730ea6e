using Joule.Compute;
using Joule.Evaluation;

namespace Joule.Tests.Evaluation;

/// <summary>Chains with known answers, and stored ones.</summary>
internal static class TestChains
{
    /// <summary>Stationary autoregressive chains with standard normal marginals: x ← ρx + √(1 − ρ²)ξ, so that ρ(t) = ρᵗ.</summary>
    public static ChainDraws Autoregressive(int chains, int draws, double rho, ulong seed)
    {
        double[] values = new double[chains * draws];
        float[] noise = new float[draws];
        for (int chain = 0; chain < chains; chain++)
        {
            new RandomStream(seed, RandomPurpose.User, 0).FillNormal(noise, (uint)chain);
            double x = noise[0];
            values[chain * draws] = x;
            for (int t = 1; t < draws; t++)
                values[chain * draws + t] = x = rho * x + Math.Sqrt(1 - rho * rho) * noise[t];
        }
        return new ChainDraws(chains, draws, values);
    }

    /// <summary>Independent standard normal draws.</summary>
    public static ChainDraws Normal(int chains, int draws, ulong seed) => Autoregressive(chains, draws, 0, seed);

    /// <summary>Chains whose draws are a function of the normal ones and of the chain.</summary>
    public static ChainDraws Normal(int chains, int draws, ulong seed, Func<int, double, double> map)
    {
        ChainDraws normal = Normal(chains, draws, seed);
        return ChainDraws.From(chains, draws, (chain, t) => map(chain, normal[chain, t]));
    }

    /// <summary>Reads stored chains: a file with a row a draw and a column a chain.</summary>
    public static ChainDraws Stored(string name)
    {
        double[][] rows = [.. Lines(name + ".csv").Select(line => line.Split(',').Select(double.Parse).ToArray())];
        return ChainDraws.From(rows[0].Length, rows.Length, (chain, t) => rows[t][chain]);
    }

    /// <summary>Lines of a file in the folder Reference.</summary>
    public static string[] Lines(string file) =>
        File.ReadAllLines(Path.Combine(Repository.Root, "tests/Joule.Tests/Evaluation/Chains/Reference", file));

    /// <summary>The sample variance of some numbers.</summary>
    public static double Variance(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
    }
}
