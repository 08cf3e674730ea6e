using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>docs/energies.md has every energy with known answers and every composition, and its example works.</summary>
public sealed partial class EnergiesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "energies.md"));

    [Fact]
    public void Every_energy_is_in_a_table_and_every_name_in_a_table_is_an_energy()
    {
        IEnumerable<string> shown = Page.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Name().Matches(line.Split('|')[1]).Select(m => m.Groups[1].Value));
        IEnumerable<string> known = Catalogue.Of(typeof(EnergyOptions))
            .Where(t => t.Type.Assembly == typeof(Energy).Assembly)
            .Where(t => t.Type.IsSubclassOf(typeof(KnownEnergyOptions)) || t.Type.IsSubclassOf(typeof(ComposedOptions))
                || t.Type == typeof(ClampedOptions))
            .Select(t => t.Named.Name);
        Assert.Equal(known.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_example_is_an_energy()
    {
        using Device device = Device.Cpu(1);
        string example = Example().Match(Page).Groups[1].Value;
        EnergyOptions options = OptionsJson.Read<EnergyOptions>(JsonNode.Parse(example), "the example");
        Energy energy = options.Create(device, options.OwnSpace()!);
        using (energy as IDisposable)
            Assert.IsType<SumEnergy>(energy);
    }

    [GeneratedRegex("`([a-z0-9_]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
