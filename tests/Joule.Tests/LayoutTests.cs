using Xunit;

namespace Joule.Tests;

/// <summary>How the sources are laid out: lines of at most 140 characters, as .editorconfig says.</summary>
public sealed class LayoutTests
{
    private const int MostColumns = 140;

    /// <summary>The folders whose lines are short enough; the others follow one by one.</summary>
    private static readonly string[] Folders =
    [
        "bench", "eng", "src/Joule.Cli/Files", "src/Joule.Cli/Streams", "src/Joule.Cli/Terminal", "src/Joule/Compute/Cpu",
        "src/Joule/Compute/Platform", "src/Joule/Compute/Random", "src/Joule/Data", "src/Joule/States", "tests/Joule.Fuzz.Tests",
        "tests/Joule.Tests/Compute", "tests/Joule.Tests/Data",
    ];

    /// <summary>Files in those folders that are being rewritten.</summary>
    private static readonly string[] Waiting = ["src/Joule/Compute/Cpu/CpuDevice.cs", "src/Joule/Compute/Cpu/WorkerPool.cs"];

    public static TheoryData<string> AllFolders => [.. Folders];

    [Theory]
    [MemberData(nameof(AllFolders))]
    public void Lines_have_at_most_140_characters(string folder)
    {
        string[] files = [.. Sources(folder)];
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => TooLong(file, File.ReadLines(Path.Combine(Repository.Root, file)))));
    }

    [Fact]
    public void A_line_that_is_too_long_is_seen()
    {
        string fits = new('x', MostColumns);
        Assert.Empty(TooLong("a.cs", [fits, fits]));
        Assert.Equal(["a.cs, line 2: 141 characters"], TooLong("a.cs", [fits, fits + "x", ""]));
    }

    private static IEnumerable<string> TooLong(string file, IEnumerable<string> lines) =>
        lines.Index().Where(line => line.Item.Length > MostColumns)
            .Select(line => $"{file}, line {line.Index + 1}: {line.Item.Length} characters");

    private static IEnumerable<string> Sources(string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".py", StringComparison.Ordinal)
        where !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)
        where !Waiting.Contains(file)
        select file;
}
