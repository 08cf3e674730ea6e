using Joule.Samplers;
using Joule.Training;
using Xunit;

namespace Joule.Tests;

public sealed class CatalogueTests
{
    [Fact]
    public void A_name_is_found_only_among_types_of_its_kind()
    {
        Assert.Equal(typeof(LangevinOptions), Catalogue.Find(typeof(SamplerOptions), "langevin"));
        Assert.Null(Catalogue.Find(typeof(OptimizerOptions), "langevin"));
        Assert.Null(Catalogue.Find(typeof(SamplerOptions), "Langevin"));
    }

    [Fact]
    public void Only_kinds_with_a_default_type_or_a_name_have_a_default()
    {
        Assert.Equal("langevin", Catalogue.DefaultOf(typeof(SamplerOptions)));
        Assert.Equal("adam", Catalogue.DefaultOf(typeof(AdamOptions)));
        Assert.Null(Catalogue.DefaultOf(typeof(CatalogueTests)));
        Assert.Equal((false, true), (Catalogue.SharesKeys(typeof(SamplerOptions)), Catalogue.SharesKeys(typeof(OptimizerOptions))));
    }

    [Fact]
    public void Joule_s_own_assembly_is_registered_and_registering_it_again_changes_nothing()
    {
        NamedType[] before = [.. Catalogue.Of(typeof(SamplerOptions))];
        Catalogue.Register(typeof(Catalogue).Assembly);
        Assert.Equal(before, Catalogue.Of(typeof(SamplerOptions)));
        Assert.Single(Catalogue.Assemblies, a => a == typeof(Catalogue).Assembly);
    }
}
