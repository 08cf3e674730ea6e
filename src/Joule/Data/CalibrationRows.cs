using Joule.Compute;

namespace Joule.Data;

/// <summary>The rows that calibrate a model: how many are needed, and how they are drawn from the training rows.</summary>
public static class CalibrationRows
{
    /// <summary>The fewest rows that calibrate a model: the smallest p-value is then 1/21.</summary>
    public const int Least = 20;

    /// <summary>Refuses too few rows.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="noun">The name of a row.</param>
    /// <exception cref="InvalidInputException">There are fewer than <see cref="Least"/>.</exception>
    public static void Check(int count, string source, string noun = "row")
    {
        if (count >= Least)
            return;
        throw new InvalidInputException($"{MessageText.Printable(source)}: {Counted.Of(count, noun)} cannot calibrate a model; at least "
            + $"{Least} are needed. With n {noun}s the smallest p-value is 1/(n + 1), so an alarm rate of 0.01 needs 99. Give more "
            + $"{noun}s.");
    }

    /// <summary>Draws the calibration rows from training rows. Both parts keep their order.</summary>
    /// <param name="rows">Number of training rows.</param>
    /// <param name="share">The share to draw, above 0 and below 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="noun">The name of a row.</param>
    /// <exception cref="InvalidInputException">Too few rows would calibrate the model, or train it.</exception>
    internal static (int[] Left, int[] Drawn) Draw(int rows, double share, ulong seed, string source, string noun)
    {
        int count = Count(rows, share, source, noun);
        return DrawnRows.Of(new RandomStream(seed, RandomPurpose.CalibrationRows, 0), rows, count);
    }

    /// <summary>How many of the training rows a share is.</summary>
    /// <inheritdoc cref="Draw"/>
    internal static int Count(int rows, double share, string source, string noun)
    {
        int count = (int)Math.Round(share * rows);
        string what = MessageText.Printable(source);
        if (count < Least)
        {
            throw new InvalidInputException($"{what}: data.calibration_share is {share}, which draws {count} of "
                + $"{Counted.Of(rows, noun)}; at least {Least} are needed to calibrate a model. Make the share larger, add {noun}s, or "
                + "set it to 0.");
        }
        if (count > rows - 2)
        {
            throw new InvalidInputException($"{what}: data.calibration_share is {share}, which draws {count} of "
                + $"{Counted.Of(rows, noun)} and leaves fewer than 2 to learn from. Make the share smaller.");
        }
        return count;
    }
}
