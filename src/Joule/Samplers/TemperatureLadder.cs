using System.Globalization;

namespace Joule.Samplers;

/// <summary>Ladders of temperatures, rising from the lowest.</summary>
internal static class TemperatureLadder
{
    /// <summary>The temperatures as multiples of the lowest: those given, or a geometric ladder.</summary>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> given, int count, double hottest) => given.Count > 0 ? given
        : [.. Enumerable.Range(0, count).Select(k => Math.Pow(hottest, (double)k / (count - 1)))];

    /// <summary>Adds to a list what is wrong with a ladder of factors; an empty one is none.</summary>
    public static void Check(IReadOnlyList<double> ladder, ICollection<string> problems, string path)
    {
        if (ladder.Count == 0)
            return;
        if (ladder.Count is < 2 or > 1000)
            problems.Add($"{path}ladder has {Counted.Of(ladder.Count, "temperature")}; it must have 2 to 1,000, or none");
        if (ladder[0] != 1)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{path}ladder.0 is {ladder[0]}; the lowest temperature is 1"));
        for (int k = 1; k < ladder.Count; k++)
        {
            if (ladder[k] > ladder[k - 1] && double.IsFinite(ladder[k]))
                continue;
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"{path}ladder.{k} is {ladder[k]}; it must be above the one before, {ladder[k - 1]}, and finite"));
            return;
        }
    }

    /// <summary>
    /// Moves the temperatures between the ends so that all neighbours reject alike: the rejections up to an inverse temperature, which add
    /// up to a barrier whatever the ladder, are read linearly between the old ones (Syed et al. 2022, arXiv:1905.02939, algorithm 2).
    /// </summary>
    /// <param name="factors">The temperatures as multiples of the lowest.</param>
    /// <param name="rejection">The rejection of each pair of neighbours, from 0 to 1.</param>
    /// <param name="moved">Receives the temperatures.</param>
    public static void EqualRejection(IReadOnlyList<double> factors, ReadOnlySpan<double> rejection, Span<double> moved)
    {
        // A pair that never rejected still has some way between its temperatures.
        const double least = 1e-3;
        int pairs = rejection.Length;
        double whole = 0;
        foreach (double r in rejection)
            whole += Math.Max(r, least);
        (moved[0], moved[pairs]) = (factors[0], factors[pairs]);
        int pair = 0;
        double before = 0;
        for (int k = 1; k < pairs; k++)
        {
            double wanted = whole * k / pairs;
            while (pair < pairs - 1 && before + Math.Max(rejection[pair], least) < wanted)
                before += Math.Max(rejection[pair++], least);
            double part = (wanted - before) / Math.Max(rejection[pair], least);
            double inverse = 1 / factors[pair] + part * (1 / factors[pair + 1] - 1 / factors[pair]);
            moved[k] = 1 / inverse;
        }
    }
}
