namespace Joule.Data;

/// <summary>One value of a raw row: a number, a text, or no value.</summary>
public readonly record struct RowCell
{
    private RowCell(double number, string? text) => (Number, Text) = (number, text);

    /// <summary>No value.</summary>
    public static RowCell Missing => new(double.NaN, null);

    /// <summary>The number; NaN for a text and for no value.</summary>
    public double Number { get; }

    /// <summary>The text; null for a number and for no value.</summary>
    public string? Text { get; }

    /// <summary>Whether there is no value.</summary>
    public bool IsMissing => Text is null && double.IsNaN(Number);

    /// <summary>A number; NaN is no value.</summary>
    public static implicit operator RowCell(double number) => new(number, null);

    /// <summary>A text; null is no value.</summary>
    public static implicit operator RowCell(string? text) => new(double.NaN, text);

    /// <summary>A value of a dictionary: null, a text, a truth value (<c>true</c>, <c>false</c>), or any number.</summary>
    /// <param name="value">The value.</param>
    /// <param name="column">The column's name, for the error.</param>
    /// <exception cref="InvalidInputException">The value is something else.</exception>
    public static RowCell Of(object? value, string column) => value switch
    {
        null or DBNull => Missing,
        double number => number,
        string text => text,
        bool truth => truth ? "true" : "false",
        float or int or long or short or byte or decimal or uint or ulong or ushort or sbyte => Convert.ToDouble(value),
        _ => throw new InvalidInputException($"Column \"{MessageText.Of(column)}\" has a value of the type {value.GetType().Name}; a "
            + "number or a text is needed. Convert it."),
    };

    /// <summary>The value in words, for errors.</summary>
    public override string ToString() => Text is not null ? $"the text \"{MessageText.Of(Text)}\""
        : IsMissing ? "no value" : $"the number {Number}";
}
