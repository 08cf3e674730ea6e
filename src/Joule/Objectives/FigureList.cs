using System.Buffers;
using System.Collections;

namespace Joule.Objectives;

/// <summary>Figures in order, with unique names.</summary>
public sealed class FigureList : IReadOnlyList<Figure>
{
    private static readonly SearchValues<char> InNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly Figure[] _figures;
    private readonly int[] _places;

    /// <summary>Creates a list.</summary>
    /// <exception cref="InvalidInputException">A name is not snake_case, or two figures have the same name or role.</exception>
    public FigureList(IEnumerable<Figure> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _figures = [.. figures];
        _places = new int[Enum.GetValues<FigureRole>().Length];
        Array.Fill(_places, -1);
        for (int i = 0; i < _figures.Length; i++)
        {
            Figure figure = _figures[i];
            if (!IsName(figure.Name))
            {
                throw new InvalidInputException(
                    $"\"{MessageText.Of(figure.Name)}\" cannot name a figure; a name has lower-case letters, digits and underscores.");
            }
            if (IndexOf(figure.Name) != i)
                throw new InvalidInputException($"Two figures are called \"{figure.Name}\"; names must be unique.");
            if (figure.Role != FigureRole.None && _places[(int)figure.Role] >= 0)
            {
                throw new InvalidInputException($"The figures \"{_figures[_places[(int)figure.Role]].Name}\" and \"{figure.Name}\" "
                    + $"have the same role, {figure.Role}; only one figure can have it.");
            }
            _places[(int)figure.Role] = i;
        }
        _places[(int)FigureRole.None] = -1;
    }

    /// <summary>Number of figures.</summary>
    public int Count => _figures.Length;

    /// <summary>A figure by its index.</summary>
    public Figure this[int index] => _figures[index];

    /// <summary>The index of the figure with a role, or −1.</summary>
    public int IndexOf(FigureRole role) => _places[(int)role];

    /// <summary>The index of the figure with a name, or −1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_figures, f => f.Name == name);

    /// <summary>Whether a text can name a figure: 1 to 64 lower-case letters, digits and underscores, starting with a letter.</summary>
    internal static bool IsName(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterLower(text[0]) && !text.ContainsAnyExcept(InNames);

    /// <inheritdoc/>
    public IEnumerator<Figure> GetEnumerator() => ((IEnumerable<Figure>)_figures).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _figures.GetEnumerator();
}
