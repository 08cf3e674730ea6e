namespace Joule;

/// <summary>An error that Joule reports. The message says what was given, what was expected, where, and what to do.</summary>
public class JouleException : Exception
{
    /// <summary>Creates an error with a message for the user.</summary>
    public JouleException(string message) : base(message) { }

    /// <summary>Creates an error with a message for the user and the error that caused it.</summary>
    public JouleException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>Invalid input: an option, a file, a shape. The command line exits with code 2.</summary>
public class InvalidInputException : JouleException
{
    /// <summary>Creates an error with a message for the user.</summary>
    public InvalidInputException(string message) : base(message) { }

    /// <summary>Creates an error with a message for the user and the error that caused it.</summary>
    public InvalidInputException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The file whose content is invalid; null if the input is not a file.</summary>
    public string? File { get; private init; }

    /// <summary>
    /// The offset of the error in the file, in bytes from 0; in compressed content, after unpacking. Null if the input is not a file.
    /// </summary>
    public long? Offset { get; private init; }

    /// <summary>The problems of options, each beginning with a key.</summary>
    internal IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Creates the error of a binary file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The offset of the error, in bytes from 0.</param>
    /// <param name="problem">What is wrong there, what was expected, and what to do.</param>
    /// <param name="inner">The cause, or null.</param>
    public static InvalidInputException At(string file, long offset, string problem, Exception? inner = null) =>
        At(file, $"byte {offset}", offset, problem, inner);

    /// <summary>Creates the error of a file whose positions have better names than byte offsets.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The position in words, for example <c>line 3</c>.</param>
    /// <param name="offset">The same position in bytes, from 0.</param>
    /// <param name="problem">What is wrong there, what was expected, and what to do.</param>
    /// <param name="inner">The cause, or null.</param>
    public static InvalidInputException At(string file, string place, long offset, string problem, Exception? inner = null) =>
        new($"{MessageText.Printable(file)}, {place}: {problem}", inner!) { File = file, Offset = offset };

    /// <summary>Creates the error of invalid options.</summary>
    /// <param name="source">The name of the options.</param>
    /// <param name="problems">The problems, each beginning with its key; at least one.</param>
    internal static InvalidInputException Options(string source, IReadOnlyList<string> problems) =>
        new($"{source} cannot be used: {MessageText.List(problems)}.") { Problems = problems };
}

/// <summary>An energy, a gradient or a loss became non-finite. It is never replaced by a number.</summary>
public sealed class DivergenceException : JouleException
{
    /// <summary>Creates the error.</summary>
    /// <param name="quantity">What became non-finite, for example "energy of the negatives".</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="chain">The row of the batch, or −1 if the quantity belongs to no single row.</param>
    /// <param name="value">The value.</param>
    public DivergenceException(string quantity, long step, long chain, double value)
        : base($"The {quantity} became {value} at step {step}{(chain >= 0 ? $", chain {chain}" : "")}. "
            + "The model has diverged: lower the learning rate or the step size, clip gradients, or raise the energy regularisation.")
    {
        Quantity = quantity;
        Step = step;
        Chain = chain;
        Value = value;
    }

    /// <summary>What became non-finite.</summary>
    public string Quantity { get; }

    /// <summary>The step, counted from 1.</summary>
    public long Step { get; }

    /// <summary>The row of the batch, or −1.</summary>
    public long Chain { get; }

    /// <summary>The value.</summary>
    public double Value { get; }
}
