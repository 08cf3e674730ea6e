using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class SentinelVerdictTests
{
    public static TheoryData<SentinelReason> Reasons => [.. Enum.GetValues<SentinelReason>()
        .Where(r => r is not (SentinelReason.None or SentinelReason.NonFinite))];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_has_its_own_words_with_value_and_limit(SentinelReason reason)
    {
        string text = new SentinelVerdict(SentinelLevel.Warning, reason, 0.123456, 77.5).ToString();
        Assert.Contains("0.1235", text, StringComparison.Ordinal);
        Assert.Contains("77.5", text, StringComparison.Ordinal);
        Assert.Matches("^[a-z]", text);
        Assert.All(Reasons.Where(r => r.Data != reason),
            other => Assert.NotEqual(text, new SentinelVerdict(SentinelLevel.Warning, other.Data, 0.123456, 77.5).ToString()));
    }

    [Fact]
    public void A_value_that_is_not_finite_is_shown() =>
        Assert.Contains("NaN", new SentinelVerdict(SentinelLevel.Diverged, SentinelReason.NonFinite, double.NaN, 0).ToString(),
            StringComparison.Ordinal);
}
