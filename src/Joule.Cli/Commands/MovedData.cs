namespace Joule.Cli.Commands;

/// <summary>Opens data that a run or a model remembers, which may have been moved since.</summary>
internal static class MovedData
{
    /// <summary>Opens them; an error says how to give another place.</summary>
    /// <param name="open">Opens them.</param>
    /// <param name="advice">What to give.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    public static T Open<T>(Func<T> open, string advice)
    {
        try
        {
            return open();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{e.Message} These are the data of the training. If they were moved, give their new place: {advice}", e);
        }
    }
}
