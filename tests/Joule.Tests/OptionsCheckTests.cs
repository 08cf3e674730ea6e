using Xunit;

namespace Joule.Tests;

public sealed class OptionsCheckTests
{
    public sealed record Inner : IOptionRules
    {
        [Between(-1, 1)]
        public double A { get; init; }

        [AtLeast(0), Below(1)]
        public float? B { get; init; }

        public void Validate(ICollection<string> problems, string path)
        {
            ArgumentNullException.ThrowIfNull(problems);
            if (A > B)
                problems.Add($"{path}a is above {path}b");
        }
    }

    public sealed record Outer
    {
        [Above(0)]
        public int Count { get; init; } = 1;

        [NotEmpty("a name")]
        public string Name { get; init; } = "x";

        [Items(1)]
        public IReadOnlyList<Inner> List { get; init; } = [new()];

        public IReadOnlyDictionary<string, Inner> Map { get; init; } = new SortedDictionary<string, Inner>();

        public IReadOnlyList<IReadOnlyList<Inner>> Nested { get; init; } = [];

        public Inner? Maybe { get; init; }

        public double Free { get; init; }
    }

    [Fact]
    public void Options_in_range_have_no_problems() => OptionsCheck.Require(new Outer { Maybe = new Inner { A = 0.25, B = 0.5f } }, "It");

    [Fact]
    public void Every_violation_is_listed_with_its_full_key()
    {
        Outer bad = new()
        {
            Count = 0,
            Name = " ",
            List = [new Inner { A = -2 }, new Inner { B = 1 }],
            Map = new SortedDictionary<string, Inner> { ["k"] = new() { A = double.NaN } },
            Nested = [[], [new Inner { A = 5 }]],
            Maybe = new Inner { A = 0.5, B = 0.25f },
            Free = double.PositiveInfinity,
        };
        string message = Assert.Throws<InvalidInputException>(() => OptionsCheck.Require(bad, "It")).Message;
        Assert.Equal("It cannot be used: count is 0; it must be above 0; name is empty; it must be a name; "
            + "list.0.a is -2; it must lie between -1 and 1; "
            + "list.1.b is 1; it must be at least 0 and below 1, or null; map.k.a is NaN; it must lie between -1 and 1; "
            + "nested.1.0.a is 5; it must lie between -1 and 1; maybe.a is above maybe.b; free is Infinity; it must be finite.", message);
        message = Assert.Throws<InvalidInputException>(() => OptionsCheck.Require(new Outer { List = [] }, "It")).Message;
        Assert.Contains("list has 0 items; it must be a list of at least 1 item", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_of_every_named_record_are_in_range()
    {
        IEnumerable<NamedType> types = Catalogue.Of(typeof(object))
            .Where(t => OptionKey.Of(t.Type).All(k => !k.IsRequired) && t.Type.GetConstructor([]) is not null);
        foreach (NamedType type in types)
        {
            List<string> problems = [];
            OptionsCheck.Add(Activator.CreateInstance(type.Type)!, problems);
            Assert.True(problems.Count == 0, $"{type.Named.Name}: {string.Join("; ", problems)}");
        }
    }
}
