using Joule.Networks;
using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests;

public sealed class AssemblyTests
{
    [Fact]
    public void The_library_references_only_the_platform_and_two_of_its_packages()
    {
        string platform = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        IEnumerable<string> foreign = typeof(JouleException).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => !File.Exists(Path.Combine(platform, n + ".dll")));
        Assert.Equal(["System.IO.Hashing", "System.Numerics.Tensors"], foreign.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_of_the_catalogue_are_distinct_within_a_kind_and_have_summaries()
    {
        foreach (Type kind in (Type[])[typeof(Layer), typeof(OptimizerOptions), typeof(Schedule), typeof(NegativesOptions)])
        {
            NamedAttribute[] names = [.. Catalogue.Of(kind).Select(e => e.Named)];
            Assert.NotEmpty(names);
            Assert.Equal(names.Length, names.Select(n => n.Name).Distinct().Count());
            Assert.All(names, n => Assert.True(n.Summary.Length > 1 && !n.Name.Any(char.IsUpper)));
        }
    }

    [Fact]
    public void Every_named_type_is_in_the_catalogue_and_knows_its_name()
    {
        Type[] named = [.. typeof(Catalogue).Assembly.GetTypes().Where(t => t.IsDefined(typeof(NamedAttribute), false))];
        Assert.NotEmpty(named);
        Assert.All(named, type =>
        {
            string? name = Catalogue.NameOf(type);
            Assert.Equal(type, Catalogue.Of(type.BaseType!).Single(e => e.Named.Name == name).Type);
        });
        string[] layers = [.. Catalogue.Of(typeof(Layer)).Select(e => e.Named.Name)];
        Assert.Equal(layers.Order(StringComparer.Ordinal), layers);
    }
}
