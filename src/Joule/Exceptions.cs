namespace Joule;

/// <summary>Every error that Joule raises on purpose. The message says what was given, what was expected, where, and what to do.</summary>
public class JouleException : Exception
{
    /// <summary>Creates an error with a message for the user.</summary>
    public JouleException(string message) : base(message) { }

    /// <summary>Creates an error with a message for the user and the error that caused it.</summary>
    public JouleException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>The caller gave something that cannot be used: an option, a file, a shape. The command line exits with 2.</summary>
public class InvalidInputException : JouleException
{
    /// <summary>Creates an error with a message for the user.</summary>
    public InvalidInputException(string message) : base(message) { }

    /// <summary>Creates an error with a message for the user and the error that caused it.</summary>
    public InvalidInputException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The file whose content cannot be used; null where it is no file.</summary>
    public string? File { get; private init; }

    /// <summary>The byte of the file that is wrong, from 0; for compressed content, of what is unpacked. Null where it is no file.</summary>
    public long? Offset { get; private init; }

    /// <summary>What is wrong, each beginning with a key, where options cannot be used.</summary>
    internal IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Creates the error of a binary file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The byte that is wrong, from 0.</param>
    /// <param name="problem">What is wrong there, what was expected, and what to do.</param>
    /// <param name="inner">What caused it, or null.</param>
    public static InvalidInputException At(string file, long offset, string problem, Exception? inner = null) => At(file, $"byte {offset}", offset, problem, inner);

    /// <summary>Creates the error of a file whose places are called by something better than a byte's number.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The place in words, for example <c>line 3</c>.</param>
    /// <param name="offset">The same place as a byte's number, from 0.</param>
    /// <param name="problem">What is wrong there, what was expected, and what to do.</param>
    /// <param name="inner">What caused it, or null.</param>
    public static InvalidInputException At(string file, string place, long offset, string problem, Exception? inner = null) =>
        new($"{MessageText.Printable(file)}, {place}: {problem}", inner!) { File = file, Offset = offset };

    /// <summary>Creates the error of options that cannot be used.</summary>
    /// <param name="source">What the options are called.</param>
    /// <param name="problems">What is wrong, each beginning with the key; at least one.</param>
    internal static InvalidInputException Options(string source, IReadOnlyList<string> problems) =>
        new($"{source} cannot be used: {MessageText.List(problems)}.") { Problems = problems };
}

/// <summary>An energy, a gradient or a loss became non-finite. It is never replaced by a number: the run stops here.</summary>
public sealed class DivergenceException : JouleException
{
    /// <summary>Creates the error from where and what was seen.</summary>
    /// <param name="quantity">What became non-finite, for example "energy of the negatives".</param>
    /// <param name="step">The step at which it was seen, counted from 1.</param>
    /// <param name="chain">The row of the batch, or −1 where the quantity belongs to no single chain.</param>
    /// <param name="value">The value that was seen.</param>
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

    /// <summary>The step at which it was seen, counted from 1.</summary>
    public long Step { get; }

    /// <summary>The row of the batch, or −1.</summary>
    public long Chain { get; }

    /// <summary>The value that was seen.</summary>
    public double Value { get; }
}
