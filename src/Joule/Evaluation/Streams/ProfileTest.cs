using System.Globalization;
using Joule.Data;

namespace Joule.Evaluation;

/// <summary>Whether later values of a column have the distribution that the column had in the training rows.</summary>
internal static class ProfileTest
{
    /// <summary>
    /// The p-value of the hypothesis that the training rows and the later ones are independent draws of one distribution, corrected for
    /// the several tests of a column, and what differs most. Each cut of a column of numbers has an exact test
    /// (<see cref="RankTail"/>; conservative with ties), each level and the missing values have Fisher's.
    /// </summary>
    public static (double PValue, string What) Compare(ColumnCounts now)
    {
        ColumnProfile profile = now.Profile;
        string what = "";
        double least = 1;
        if (now.Count == 0)
            return (1, what);
        Consider(FisherExact.PValue(profile.Missing, profile.Rows, now.Missing, now.Count),
            () => $"no value in {Share(now.Missing, now.Count)} of the rows now, "
                + $"in {Share(profile.Missing, profile.Rows)} in the training");
        int tests = 1 + (profile.Levels.Count > 0 ? Levels() : Numbers());
        return (Math.Min(1, least * tests), what);

        int Levels()
        {
            int added = 0;
            for (int i = 0; i < profile.Levels.Count; i++)
            {
                (string level, int before, int count) = (profile.Levels[i], profile.LevelRows[i],
                    now.Levels.GetValueOrDefault(profile.Levels[i]));
                Consider(FisherExact.PValue(before, profile.Rows, count, now.Count), () => $"\"{MessageText.Of(level)}\" in "
                    + $"{Share(count, now.Count)} of the rows now, in {Share(before, profile.Rows)} in the training");
            }
            foreach ((string level, int count) in now.Levels.Where(l => !profile.Levels.Contains(l.Key))
                .OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                added++;
                Consider(FisherExact.PValue(0, profile.Rows, count, now.Count),
                    () => $"\"{MessageText.Of(level)}\" in {Share(count, now.Count)} of the rows now, in none in the training");
            }
            // Those levels that were not kept count, since the kept ones were chosen among all.
            return profile.Distinct + added;
        }

        int Numbers()
        {
            int values = now.Count - now.Missing;
            for (int i = 0; i < profile.Cuts.Count && values > 0; i++)
            {
                int rank = profile.RankOf(i);
                (int below, int atMost) = now.At(i);
                string cut = profile.Cuts[i].ToString("G6", CultureInfo.InvariantCulture);
                Consider(2 * RankTail.Upper(below, rank, profile.Values, values),
                    () => $"{Share(below, values)} below {cut} now, about {About(rank - 1, profile.Values)} in the training");
                Consider(2 * RankTail.Lower(atMost, rank, profile.Values, values),
                    () => $"{Share(values - atMost, values)} above {cut} now, about {About(profile.Values - rank, profile.Values)} in "
                        + "the training");
            }
            return profile.Cuts.Count;
        }

        void Consider(double p, Func<string> text)
        {
            if (p < least)
                (least, what) = (p, text());
        }
    }

    // Of equal numbers, the rank of one is kept.
    private static string About(int count, int of) => ((double)count / of).ToString("0%", CultureInfo.InvariantCulture);

    private static string Share(int count, int of) => ((double)count / of).ToString("0.0%", CultureInfo.InvariantCulture);
}
