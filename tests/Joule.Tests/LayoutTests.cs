using Xunit;

namespace Joule.Tests;

/// <summary>The layout of the sources: no line of C# or Python is longer than .editorconfig allows.</summary>
public sealed class LayoutTests
{
    private const int MostColumns = 140;

    public static TheoryData<string> Folders => ["src", "tests", "bench", "eng"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Lines_have_at_most_140_characters(string folder)
    {
        string[] files = [.. Sources(folder)];
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => TooLong(file, File.ReadLines(Path.Combine(Repository.Root, file)))));
    }

    [Fact]
    public void The_limit_is_that_of_editorconfig() =>
        Assert.Contains($"max_line_length = {MostColumns}", File.ReadLines(Path.Combine(Repository.Root, ".editorconfig")));

    [Fact]
    public void A_line_that_is_too_long_is_found()
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
        where !file.Split('/').Any(part => part is "bin" or "obj")
        select file;
}
