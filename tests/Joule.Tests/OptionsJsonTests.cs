using System.Text.Json.Nodes;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests;

public sealed class OptionsJsonTests
{
    public static TheoryData<Type> WithDefaults =>
        new(new[] { typeof(OptimizerOptions), typeof(Schedule), typeof(NegativesOptions), typeof(PointwiseLayer) }
            .SelectMany(Catalogue.Of).Select(e => e.Type));

    public enum Colour
    {
        Red,
        DarkBlue,
    }

    public sealed record Sample
    {
        public required int Count { get; init; }

        public bool Flag { get; init; }

        public string Text { get; init; } = "a";

        public float Single { get; init; } = 0.1f;

        public double Double { get; init; } = 0.1;

        public ulong Seed { get; init; } = ulong.MaxValue;

        public float? Maybe { get; init; }

        public Colour Colour { get; init; }

        public IReadOnlyList<int> Numbers { get; init; } = [1, 2];

        public Sample? Inner { get; init; }

        public Schedule Schedule { get; init; } = new ConstantSchedule();

        public Layer? Layer { get; init; }
    }

    [Theory]
    [MemberData(nameof(WithDefaults))]
    public void Default_options_of_the_catalogue_survive(Type type)
    {
        object options = Activator.CreateInstance(type)!;
        JsonObject json = OptionsJson.Write(options);
        Assert.Equal(Catalogue.NameOf(type), (string?)json["type"]);
        Assert.Equal(options, Read(type, json));
    }

    [Fact]
    public void Every_kind_of_value_survives()
    {
        Sample sample = new()
        {
            Count = -3,
            Flag = true,
            Text = "ü\"\n",
            Single = 1e-30f,
            Double = Math.PI,
            Seed = 1,
            Maybe = 2.5f,
            Colour = Colour.DarkBlue,
            Numbers = [],
            Inner = new Sample { Count = 5, Numbers = [7] },
            Schedule = new StepsSchedule { Parts = 9 },
        };
        JsonObject json = OptionsJson.Write(sample);
        Assert.Equal("dark_blue", (string?)json["colour"]);
        Sample back = OptionsJson.Read<Sample>(JsonNode.Parse(OptionsJson.Text(json)), "It");
        Assert.Equal(OptionsJson.Text(json), OptionsJson.Text(OptionsJson.Write(back)));
        Assert.Equal((sample.Single, sample.Double, sample.Seed, sample.Maybe, sample.Text),
            (back.Single, back.Double, back.Seed, back.Maybe, back.Text));
        Assert.Equal(sample.Schedule, back.Schedule);
    }

    [Fact]
    public void A_missing_type_is_the_default_one()
    {
        Assert.IsType<ConstantSchedule>(Parse("""{"count":1,"schedule":{}}""").Schedule);
        Assert.Equal(5, Parse("""{"count":1,"schedule":{"warm_up":5}}""").Schedule.WarmUp);
    }

    [Fact]
    public void Missing_keys_keep_their_defaults_and_null_is_read_if_allowed()
    {
        Sample sample = Parse("""{"count":1,"maybe":null,"inner":null}""");
        Assert.Equal((1, "a", 0.1f, ulong.MaxValue, null, null),
            (sample.Count, sample.Text, sample.Single, sample.Seed, sample.Maybe, sample.Inner));
        Assert.Null(OptionsJson.Read<SamplingOptions>(OptionsJson.Write(new SamplingOptions()), "It").Sampler);
    }

    [Theory]
    [InlineData("""{"count":1,"colur":"red"}""", "\"colur\" is not a key (did you mean \"colour\"?); the keys there are count, flag")]
    [InlineData("""{"count":1,"inner":{"count":1,"flg":true}}""", "\"inner.flg\" is not a key (did you mean \"flag\"?)")]
    [InlineData("""{}""", "\"count\" is missing; it must be a whole number that fits 32 bits")]
    [InlineData("""{"count":1.5}""", "count is 1.5; it must be a whole number")]
    [InlineData("""{"count":3000000000}""", "count is 3000000000; it must be a whole number")]
    [InlineData("""{"count":"1"}""", "count is \"1\"; it must be a whole number")]
    [InlineData("""{"count":null}""", "count is null; it must have a value")]
    [InlineData("""{"count":1,"flag":1}""", "flag is 1; it must be true or false")]
    [InlineData("""{"count":true}""", "count is true; it must be a whole number")]
    [InlineData("""{"count":1,"text":5}""", "text is 5; it must be a text")]
    [InlineData("""{"count":1,"text":null}""", "text is null; it must have a value")]
    [InlineData("""{"count":1,"seed":-1}""", "seed is -1; it must be a whole number from 0")]
    [InlineData("""{"count":1,"single":1e39}""", "single is 1e39; it must be a finite number")]
    [InlineData("""{"count":1,"colour":"dark_bleu"}""",
        "colour is \"dark_bleu\"; it must be one of red, dark_blue (did you mean \"dark_blue\"?)")]
    [InlineData("""{"count":1,"colour":1}""", "colour is 1; it must be")]
    [InlineData("""{"count":1,"numbers":5}""", "numbers is 5; it must be a list")]
    [InlineData("""{"count":1,"numbers":[1,"b"]}""", "numbers.1 is \"b\"; it must be a whole number")]
    [InlineData("""{"count":1,"numbers":[null]}""", "numbers.0 is null; it must have a value")]
    [InlineData("""{"count":1,"inner":[]}""", "inner is []; it must be an object")]
    [InlineData("""{"count":1,"schedule":{"type":"cosin"}}""",
        "schedule.type is \"cosin\"; it must be one of constant, cosine, steps (did you mean \"cosine\"?)")]
    [InlineData("""{"count":1,"schedule":{"type":1}}""", "schedule has no \"type\"; it must be one of constant, cosine, steps")]
    [InlineData("""{"count":1,"layer":{}}""", "layer has no \"type\"; it must be one of average_pool, branches, conv")]
    [InlineData("""{"count":1,"schedule":{"type":"constant","last":1}}""", "\"schedule.last\" is not a key")]
    [InlineData("""[]""", "the configuration is []; it must be an object")]
    public void An_error_says_where_and_what_is_expected(string json, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_violation_is_listed_at_once()
    {
        string message = Assert.Throws<InvalidInputException>(() => Parse("""{"flag":1,"numbers":[0.5],"zzz":1}""")).Message;
        Assert.StartsWith("It cannot be used: ", message, StringComparison.Ordinal);
        Assert.All(["count", "flag", "numbers.0", "zzz"], key => Assert.Contains(key, message, StringComparison.Ordinal));
    }

    private static Sample Parse(string json) => OptionsJson.Read<Sample>(JsonNode.Parse(json), "It");

    private static object Read(Type type, JsonObject json) =>
        typeof(OptimizerOptions).IsAssignableFrom(type) ? OptionsJson.Read<OptimizerOptions>(json, "It")
            : typeof(Schedule).IsAssignableFrom(type) ? OptionsJson.Read<Schedule>(json, "It")
            : typeof(NegativesOptions).IsAssignableFrom(type)
            ? OptionsJson.Read<NegativesOptions>(json, "It")
            : OptionsJson.Read<Layer>(json, "It");
}
