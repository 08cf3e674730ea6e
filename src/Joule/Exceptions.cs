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
}

/// <summary>An energy, a gradient or a loss became non-finite. It is never replaced by a number: the run stops here.</summary>
public sealed class DivergenceException : JouleException
{
    /// <summary>Creates the error from where and what was seen.</summary>
    /// <param name="quantity">What became non-finite, for example "energy of the negatives".</param>
    /// <param name="step">The step at which it was seen, counted from 1.</param>
    /// <param name="chain">The row of the batch, or −1 where the quantity belongs to no single chain.</param>
    /// <param name="value">The value that was seen.</param>
    public DivergenceException(string quantity, long step, int chain, double value)
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
    public int Chain { get; }

    /// <summary>The value that was seen.</summary>
    public double Value { get; }
}
