namespace Joule.Cli.Commands;

/// <summary>Opens the data recorded in a run or a model, which may have moved since.</summary>
internal static class MovedData
{
    /// <summary>Opens the data; the error says how to give their new place.</summary>
    /// <param name="open">Opens them.</param>
    /// <param name="advice">The option to give.</param>
    /// <exception cref="InvalidInputException">The data do not exist, or cannot be used.</exception>
    public static T Open<T>(Func<T> open, string advice)
    {
        try
        {
            return open();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(
                $"{e.Message} These are the training data. If they have moved, give their new place: {advice}", e);
        }
    }
}
