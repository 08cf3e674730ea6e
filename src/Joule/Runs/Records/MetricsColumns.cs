using Joule.Objectives;

namespace Joule.Runs;

/// <summary>The columns of a run's <c>metrics.csv</c> after <c>epoch</c>, <c>step</c> and <c>seconds</c>, which all tables have.</summary>
public sealed class MetricsColumns : IEquatable<MetricsColumns>
{
    /// <summary>Largest number of columns.</summary>
    internal const int Most = 256;

    /// <summary>The first columns of every table.</summary>
    internal static readonly string[] Fixed = ["epoch", "step", "seconds"];

    private readonly string[] _names;

    /// <summary>Creates a list of columns.</summary>
    /// <exception cref="InvalidInputException">A name is not snake_case or is repeated.</exception>
    public MetricsColumns(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = [.. names];
        Header = string.Join(',', Fixed.Concat(_names));
        if (Problem(Header) is { } problem)
            throw new InvalidInputException($"A table of metrics cannot have these columns: {problem}.");
    }

    /// <summary>The names, in the order of the file.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The header line, without a line end.</summary>
    public string Header { get; }

    /// <summary>The index of a column in <see cref="Names"/>, or −1.</summary>
    public int IndexOf(string name) => Array.IndexOf(_names, name);

    /// <summary>Whether the names are the same, in the same order.</summary>
    public bool Equals(MetricsColumns? other) => other is not null && Header == other.Header;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MetricsColumns);

    /// <inheritdoc/>
    public override int GetHashCode() => Header.GetHashCode(StringComparison.Ordinal);

    /// <summary>What is wrong with a header line, or null.</summary>
    internal static string? Problem(ReadOnlySpan<char> header)
    {
        if (header.Count(',') >= Most)
            return $"there are {header.Count(',') + 1}, and at most {Most} are read";
        string[] names = header.ToString().Split(',');
        if (!names.AsSpan(0, Math.Min(names.Length, Fixed.Length)).SequenceEqual(Fixed))
            return $"the first must be {string.Join(',', Fixed)}";
        foreach (string name in names)
        {
            if (!FigureList.IsName(name))
                return $"\"{MessageText.Of(name)}\" is not a column name, which has lower-case letters, digits and underscores";
        }
        return names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"\"{twice.Key}\" is repeated"
            : null;
    }

    /// <summary>The columns of a header line that has no <see cref="Problem"/>.</summary>
    internal static MetricsColumns Of(string header) => new(header.Split(',').Skip(Fixed.Length));
}
