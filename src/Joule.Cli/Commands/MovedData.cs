using Joule.Data;

namespace Joule.Cli.Commands;

/// <summary>Opens images that a run or a model remembers, which may have been moved since.</summary>
internal static class MovedData
{
    /// <summary>Opens training and test images.</summary>
    /// <param name="data">What they are called.</param>
    /// <param name="isRemembered">Whether that comes from a run or a model, and not from the user: then the error says how to give another place.</param>
    /// <param name="advice">What to give.</param>
    /// <param name="context">Where messages go.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    public static TrainTest Open(string data, bool isRemembered, string advice, CommandContext context) =>
        Try(() => DataSource.Open(data, context.Error.WriteLine, context.Cancellation), isRemembered, advice);

    /// <summary>Opens images as <see cref="DataSource.OpenImages(string, Action{string}, CancellationToken)"/> does.</summary>
    /// <inheritdoc cref="Open"/>
    public static ImageSet OpenImages(string data, bool isRemembered, string advice, CommandContext context) =>
        Try(() => DataSource.OpenImages(data, context.Error.WriteLine, context.Cancellation), isRemembered, advice);

    private static T Try<T>(Func<T> open, bool isRemembered, string advice)
    {
        try
        {
            return open();
        }
        catch (InvalidInputException e) when (isRemembered)
        {
            throw new InvalidInputException($"{e.Message} These are the images of the training. If they were moved, give their new place: {advice}", e);
        }
    }
}
