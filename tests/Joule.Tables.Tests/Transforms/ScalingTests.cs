using Xunit;

namespace Joule.Tables.Tests.Transforms;

/// <summary>Rules that hold for every scaling of the catalogue.</summary>
public sealed class ScalingTests
{
    private static readonly double[] Skewed = [.. Enumerable.Range(1, 1000).Select(i => Math.Exp(i / 100.0))];
    private static readonly double[] Tied = [0, 0, 0, 0, 0, 0, 1, 2, 2, 1000];

    public static TheoryData<string> Names => new(Catalogue.Of(typeof(Scaling)).Select(s => s.Named.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void States_ascend_with_values_and_are_inverted(string name)
    {
        foreach (double[] sorted in (double[][])[Skewed, Tied, [.. Skewed.Select(v => 1e200 * v)],
            [.. Skewed.Select(v => (1e-200 * v) - 1e-190)]])
        {
            Scaling scaling = Fitted(name, sorted);
            double range = sorted[^1] - sorted[0], before = double.NegativeInfinity;
            for (int i = -300; i <= 600; i++)
            {
                double value = sorted[0] + (i / 300.0 * range);
                double state = scaling.ToState(value);
                Assert.True(state > before, $"{name}: {value} gives {state} after {before}");
                before = state;
                Assert.InRange(scaling.FromState(state), value - (1e-9 * range), value + (1e-9 * range));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Extreme_values_give_states_of_moderate_size(string name)
    {
        Scaling scaling = Fitted(name, Skewed);
        Assert.InRange(scaling.ToState(double.MaxValue / 10), scaling.Reach, scaling.Reach + 1000);
        Assert.InRange(scaling.ToState(-double.MaxValue / 10), -scaling.Reach - 1000, -scaling.Reach);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_keeps_every_bit(string name)
    {
        Scaling scaling = Fitted(name, Skewed);
        System.Text.Json.Nodes.JsonNode json = System.Text.Json.Nodes.JsonNode.Parse(OptionsJson.Write(scaling).ToJsonString())!;
        Scaling read = OptionsJson.Read<Scaling>(json, "it");
        List<string> problems = [];
        read.Validate(problems, "");
        Assert.Empty(problems);
        foreach (double value in Skewed)
            Assert.Equal(scaling.ToState(value), read.ToState(value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_invalid_scale_is_named(string name)
    {
        System.Text.Json.Nodes.JsonObject json = OptionsJson.Write(Fitted(name, Skewed));
        json["scale"] = 0;
        List<string> problems = [];
        OptionsJson.Read<Scaling>(json, "it").Validate(problems, "x.");
        Assert.Contains("x.scale is 0", Assert.Single(problems), StringComparison.Ordinal);
    }

    internal static Scaling Fitted(string name, double[] sorted) =>
        ((Scaling)Activator.CreateInstance(Catalogue.Of(typeof(Scaling)).First(s => s.Named.Name == name).Type)!).Fit(sorted);
}
