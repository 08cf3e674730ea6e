using Xunit;

namespace Joule.Tests;

public sealed class OptionSummariesTests
{
    private static readonly string[] Summaries = [.. Catalogue.Of(typeof(object)).Select(t => t.Type)
        .Where(t => t.Assembly == typeof(Catalogue).Assembly).SelectMany(OptionKey.Of).Select(OptionSummaries.Of)];

    [Fact]
    public void Every_option_of_the_library_has_a_summary_of_one_line()
    {
        Assert.InRange(Summaries.Length, 20, 1000);
        Assert.All(Summaries, s => Assert.Matches(@"^\S+( \S+)+$", s));
    }

    [Fact]
    public void References_become_words_of_configurations_in_backticks()
    {
        Assert.DoesNotContain(Summaries, s => s.Contains('<', StringComparison.Ordinal) && s.Contains("cref", StringComparison.Ordinal));
        Assert.Contains(Summaries, s => System.Text.RegularExpressions.Regex.IsMatch(s, "`[a-z]+_[a-z_]+`"));
    }

    [Fact]
    public void Without_a_documented_property_the_summary_is_empty() =>
        Assert.Equal("", OptionSummaries.Of(Assert.Single(OptionKey.Of(typeof(Undocumented)))));

    [Fact]
    public void The_documentation_file_is_next_to_the_assembly() =>
        Assert.True(File.Exists(OptionSummaries.FileOf(typeof(Catalogue).Assembly)));

    private sealed record Undocumented
    {
        public int Key { get; set; }
    }
}
