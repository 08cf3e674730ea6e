using System.Text.RegularExpressions;

namespace Joule.Data;

/// <summary>
/// The parts of an IDX file's name: <c>train-images-idx3-ubyte</c>, <c>t10k-labels.idx1-ubyte.gz</c>,
/// <c>emnist-letters-test-images-idx3-ubyte</c>, in any letter case.
/// </summary>
/// <param name="Set">The prefix before the part, for example <c>emnist-letters</c>; empty for MNIST's own names.</param>
/// <param name="Part">What the file is for.</param>
/// <param name="IsLabels">Whether it holds labels, or else images.</param>
/// <param name="IsPacked">Whether the name ends with <c>.gz</c>.</param>
internal sealed partial record IdxName(string Set, SplitPart Part, bool IsLabels, bool IsPacked)
{
    /// <summary>Parses a file's name; null if it is not such a name.</summary>
    /// <param name="file">The name, without its folder.</param>
    public static IdxName? Parse(string file)
    {
        Match match = Pattern().Match(file);
        if (!match.Success || SplitParts.Find(match.Groups["part"].Value) is not { } part)
            return null;
        return new IdxName(match.Groups["set"].Value.TrimEnd('-', '_', '.').ToLowerInvariant(), part,
            match.Groups["what"].Value.StartsWith("l", StringComparison.OrdinalIgnoreCase), match.Groups["gz"].Success);
    }

    [GeneratedRegex(
        @"^(?<set>.*[-_.])?(?<part>train|training|test|testing|t10k|val|valid|validation)"
            + @"[-_.](?<what>images?|labels?)[-_.]idx\d([-_.]\w+)?(?<gz>\.gz)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
