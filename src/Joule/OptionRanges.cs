using System.Collections;
using System.Globalization;

namespace Joule;

/// <summary>The range of an option, for validation, help and the table of keys. All ranges of a property apply.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class OptionRangeAttribute : Attribute
{
    /// <summary>The range in words that follow "be", for example <c>at least 0</c>.</summary>
    public abstract string Text { get; }

    /// <summary>Whether a value is in range. NaN never is.</summary>
    /// <param name="value">The value; not null.</param>
    public abstract bool Holds(object value);

    /// <summary>What is wrong with a value, in words that follow the option's name; null: the value itself says it.</summary>
    /// <param name="value">The value.</param>
    internal virtual string? Fault(object value) => null;

    /// <summary>A number in the text of a range.</summary>
    internal static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The value of a numeric option.</summary>
    private protected static double ValueOf(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}

/// <summary>A number at or above a limit.</summary>
public sealed class AtLeastAttribute(double least) : OptionRangeAttribute
{
    /// <summary>The smallest value.</summary>
    public double Least { get; } = least;

    /// <inheritdoc/>
    public override string Text => $"at least {Number(Least)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) >= Least;
}

/// <summary>A number above a limit.</summary>
public sealed class AboveAttribute(double limit) : OptionRangeAttribute
{
    /// <summary>The exclusive lower limit.</summary>
    public double Limit { get; } = limit;

    /// <inheritdoc/>
    public override string Text => $"above {Number(Limit)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) > Limit;
}

/// <summary>A number below a limit.</summary>
public sealed class BelowAttribute(double limit) : OptionRangeAttribute
{
    /// <summary>The exclusive upper limit.</summary>
    public double Limit { get; } = limit;

    /// <inheritdoc/>
    public override string Text => $"below {Number(Limit)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) < Limit;
}

/// <summary>A number between two limits, both included.</summary>
public sealed class BetweenAttribute(double least, double most) : OptionRangeAttribute
{
    /// <summary>The smallest value.</summary>
    public double Least { get; } = least;

    /// <summary>The largest value.</summary>
    public double Most { get; } = most;

    /// <inheritdoc/>
    public override string Text => $"between {Number(Least)} and {Number(Most)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) >= Least && ValueOf(value) <= Most;
}

/// <summary>A text that is not empty.</summary>
/// <param name="what">A description that follows "be", for example <c>a dataset's name or a path</c>.</param>
public sealed class NotEmptyAttribute(string what) : OptionRangeAttribute
{
    /// <inheritdoc/>
    public override string Text => what;

    /// <inheritdoc/>
    public override bool Holds(object value) => !string.IsNullOrWhiteSpace((string)value);

    /// <inheritdoc/>
    internal override string? Fault(object value) => "is empty";
}

/// <summary>A list with a minimum number of items.</summary>
public sealed class ItemsAttribute(int least) : OptionRangeAttribute
{
    /// <inheritdoc/>
    public override string Text => $"a list of at least {Counted.Of(least, "item")}";

    /// <inheritdoc/>
    public override bool Holds(object value) => Count(value) >= least;

    /// <inheritdoc/>
    internal override string? Fault(object value) => $"has {Counted.Of(Count(value), "item")}";

    private static int Count(object value) => ((IEnumerable)value).Cast<object>().Count();
}
