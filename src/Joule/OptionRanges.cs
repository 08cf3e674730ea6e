using System.Collections;
using System.Globalization;

namespace Joule;

/// <summary>What values an option may have. Validation, help and the table of keys read it. Several of them on one property all hold.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class OptionRangeAttribute : Attribute
{
    /// <summary>The range in words, to follow "be", for example <c>at least 0</c>.</summary>
    public abstract string Text { get; }

    /// <summary>Whether a value is in range. Not a number never is.</summary>
    /// <param name="value">The value; not null.</param>
    public abstract bool Holds(object value);

    /// <summary>What an option is that is out of range, to follow its name; null where its value says it.</summary>
    /// <param name="value">The value.</param>
    internal virtual string? Fault(object value) => null;

    /// <summary>A number as a range names it.</summary>
    internal static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The value of an option that is a number.</summary>
    private protected static double ValueOf(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}

/// <summary>A number of at least this.</summary>
public sealed class AtLeastAttribute(double least) : OptionRangeAttribute
{
    /// <summary>The smallest value.</summary>
    public double Least { get; } = least;

    /// <inheritdoc/>
    public override string Text => $"at least {Number(Least)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) >= Least;
}

/// <summary>A number above this.</summary>
public sealed class AboveAttribute(double limit) : OptionRangeAttribute
{
    /// <summary>What the value lies above.</summary>
    public double Limit { get; } = limit;

    /// <inheritdoc/>
    public override string Text => $"above {Number(Limit)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) > Limit;
}

/// <summary>A number below this.</summary>
public sealed class BelowAttribute(double limit) : OptionRangeAttribute
{
    /// <summary>What the value lies below.</summary>
    public double Limit { get; } = limit;

    /// <inheritdoc/>
    public override string Text => $"below {Number(Limit)}";

    /// <inheritdoc/>
    public override bool Holds(object value) => ValueOf(value) < Limit;
}

/// <summary>A number between two others, or one of them.</summary>
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
/// <param name="what">What it is, to follow "be", for example <c>a dataset's name or a path</c>.</param>
public sealed class NotEmptyAttribute(string what) : OptionRangeAttribute
{
    /// <inheritdoc/>
    public override string Text => what;

    /// <inheritdoc/>
    public override bool Holds(object value) => !string.IsNullOrWhiteSpace((string)value);

    /// <inheritdoc/>
    internal override string? Fault(object value) => "is empty";
}

/// <summary>A list of at least so many items.</summary>
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
