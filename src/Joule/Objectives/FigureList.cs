using System.Buffers;
using System.Collections;

namespace Joule.Objectives;

/// <summary>Figures in order, each with a name of its own.</summary>
public sealed class FigureList : IReadOnlyList<Figure>
{
    private static readonly SearchValues<char> InNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly Figure[] _figures;
    private readonly int[] _places;

    /// <summary>Makes a list.</summary>
    /// <exception cref="InvalidInputException">A name is not snake_case, or two figures have one name or one role.</exception>
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
                throw new InvalidInputException($"\"{MessageText.Of(figure.Name)}\" cannot name a figure; a name has small letters, digits and underscores.");
            if (IndexOf(figure.Name) != i)
                throw new InvalidInputException($"Two figures are called \"{figure.Name}\"; each needs a name of its own.");
            if (figure.Role != FigureRole.None && _places[(int)figure.Role] >= 0)
                throw new InvalidInputException($"The figures \"{_figures[_places[(int)figure.Role]].Name}\" and \"{figure.Name}\" have one role, {figure.Role}; one figure has a role.");
            _places[(int)figure.Role] = i;
        }
        _places[(int)FigureRole.None] = -1;
    }

    /// <summary>Number of figures.</summary>
    public int Count => _figures.Length;

    /// <summary>A figure by its place.</summary>
    public Figure this[int index] => _figures[index];

    /// <summary>The place of the figure that has a role, or −1.</summary>
    public int IndexOf(FigureRole role) => _places[(int)role];

    /// <summary>The place of the figure that has a name, or −1.</summary>
    public int IndexOf(string name) => Array.FindIndex(_figures, f => f.Name == name);

    /// <summary>Whether a text can name a figure: 1 to 64 small letters, digits and underscores, a letter first.</summary>
    internal static bool IsName(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 64 && char.IsAsciiLetterLower(text[0]) && !text.ContainsAnyExcept(InNames);

    /// <inheritdoc/>
    public IEnumerator<Figure> GetEnumerator() => ((IEnumerable<Figure>)_figures).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _figures.GetEnumerator();
}
