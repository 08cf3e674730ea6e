using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class EpochRulesTests
{
    // Like the preset seed after two epochs: data at 0, noise at 9, samples a little below the data.
    private static readonly EpochFigures Healthy = new(
        1876, 1, new ValidationFigures(0.06, 9) { DataSpread = 0.09, NoiseSpread = 0.3, Count = 10_000 }, -0.28, 0.8, 0.3);

    public static TheoryData<string, SentinelReason[]> Cases => new()
    {
        { "healthy", [] },
        { "vanishing gradient, energies alike", [SentinelReason.NothingLearned] },
        { "vanishing gradient, energies alike, of nearly constant data", [] },
        { "vanishing gradient alone", [] },
        { "chains that do not leave the data", [SentinelReason.NothingLearned] },
        { "chains that leave the data", [] },
        { "noise likelier", [SentinelReason.NoiseLikelier] },
        { "noise likelier within the error", [] },
        { "noise likelier by nothing", [] },
        { "samples where noise is", [SentinelReason.SamplesFar] },
        { "samples above the data, but among them", [] },
        { "samples far above the data, and noise farther still", [SentinelReason.SamplesFar] },
        { "samples far below the data", [SentinelReason.SamplesFar] },
        { "samples at the training data, below the others", [] },
        { "samples alike", [SentinelReason.SamplesAlike] },
        { "samples alike, as nearly constant data are", [] },
        { "samples of one", [] },
        { "everything, with hardly an image to validate with", [] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_trained_model_raises_no_warning_and_others_do(string what, SentinelReason[] expected)
    {
        EpochFigures figures = Of(what);
        IReadOnlyList<SentinelVerdict> verdicts = EpochRules.Look(new SentinelOptions(), figures);
        Assert.Equal(expected, verdicts.Select(v => v.Reason));
        Assert.All(verdicts, v => Assert.Equal(SentinelLevel.Warning, v.Level));
        // The text has both numbers and advice.
        Assert.All(verdicts,
            v => Assert.True(v.ToString().Length > 60 && !v.ToString().Contains('{', StringComparison.Ordinal), v.ToString()));
    }

    [Fact]
    public void Nothing_is_judged_before_enough_updates_or_when_disabled()
    {
        EpochFigures bad = Of("noise likelier");
        Assert.NotEmpty(EpochRules.Look(new SentinelOptions(), bad with { Updates = 500 }));
        Assert.Empty(EpochRules.Look(new SentinelOptions(), bad with { Updates = 499 }));
        Assert.Empty(EpochRules.Look(new SentinelOptions { Enabled = false }, bad));
    }

    private static EpochFigures Of(string what)
    {
        ValidationFigures v = Healthy.Validation;
        return what switch
        {
            "healthy" => Healthy,
            "vanishing gradient, energies alike" => Healthy with
            {
                GradientNorm = 3e-4,
                Validation = v with { DataEnergy = 0, NoiseEnergy = 0.01, DataSpread = 0.001, NoiseSpread = 0.001 },
                SampleEnergy = 0.01,
            },
            "vanishing gradient, energies alike, of nearly constant data" =>
                Of("vanishing gradient, energies alike") with { DataDifference = 0.01 },
            "chains that do not leave the data" => Healthy with { StartsFromData = true, Divergence = -0.001 },
            "chains that leave the data" => Healthy with { StartsFromData = true, Divergence = -0.01 },
            "vanishing gradient alone" => Healthy with { GradientNorm = 3e-4 },
            "noise likelier" => Healthy with { Validation = v with { DataEnergy = 0.228, NoiseEnergy = 0.103 } },
            "noise likelier within the error" =>
                Healthy with { Validation = v with { DataEnergy = 0.228, NoiseEnergy = 0.225 }, SampleEnergy = 0.2 },
            "noise likelier by nothing" => Healthy with
            {
                Validation = v with { DataEnergy = 0.101, NoiseEnergy = 0.1, DataSpread = 0.001, NoiseSpread = 0.001 },
                SampleEnergy = 0.1,
            },
            "samples where noise is" => Healthy with { SampleEnergy = 8.5 },
            "samples above the data, but among them" => Healthy with { Validation = v with { NoiseEnergy = 0.2 }, SampleEnergy = 0.2 },
            "samples far above the data, and noise farther still" =>
                Healthy with { Validation = v with { NoiseEnergy = 31 }, SampleEnergy = 10 },
            "samples far below the data" => Healthy with { SampleEnergy = -1.5 },
            "samples at the training data, below the others" => Healthy with { SampleEnergy = -1.5, DataEnergy = -1.2 },
            "samples alike" => Healthy with { SampleVariety = 0.02 },
            "samples alike, as nearly constant data are" => Healthy with { SampleVariety = 0, DataDifference = 0.01 },
            "everything, with hardly an image to validate with" =>
                Healthy with { Validation = v with { DataEnergy = 12, DataSpread = 0, Count = 2 }, SampleEnergy = -9, SampleVariety = 0 },
            "samples of one" => Healthy with { SampleVariety = double.NaN },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }
}
