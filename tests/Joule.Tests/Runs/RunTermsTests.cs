using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunTermsTests
{
    private const string Hashes = "\"config_sha256\":\"\",\"images_sha256\":\"\"";

    [Theory]
    [InlineData(3, null)]
    [InlineData(null, 0.1)]
    [InlineData(0, 20.0)]
    public void Written_terms_are_read_back(int? epochs, double? minutes)
    {
        using TempFolder folder = new();
        RunTerms terms = new(new RunEnd(epochs, minutes), new CheckpointInterval(null, 2), "loss")
        {
            Config = "c",
            Images = "i",
            Data = epochs is null ? null : "/new/place",
        };
        File.WriteAllText(folder["run.json"], terms.ToJson().ToJsonString());
        RunTerms read = RunTerms.Read(folder["run.json"]);
        Assert.Equal(terms.Data, read.Data);
        Assert.Equal((terms.End, terms.CheckpointEvery, terms.Best, "c", "i"),
            (read.End, read.CheckpointEvery, read.Best, read.Config, read.Images));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":1,"epochs":-1,"minutes":null,"checkpoint_every":"2s","best":"loss","config_sha256":"","images_sha256":""}""")]
    [InlineData("""{"version":1,"epochs":1,"minutes":null,"checkpoint_every":"2","best":"X","config_sha256":"","images_sha256":""}""")]
    [InlineData("""{"version":1,"epochs":1e99,"minutes":null,"checkpoint_every":"2","best":"loss",""" + Hashes + "}")]
    [InlineData("""{"version":1,"epochs":1,"minutes":null,"checkpoint_every":"2","best":"loss",""" + Hashes + ""","data":" "}""")]
    [InlineData("""{"version":1,"epochs":1,"minutes":null,"checkpoint_every":"2","best":"loss",""" + Hashes + ""","data":3}""")]
    [InlineData("""{"version":1,"epochs":1,"minutes":null,"checkpoint_every":7,"best":"loss","config_sha256":"","images_sha256":""}""")]
    public void A_damaged_file_is_an_error_with_its_name(string text)
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["run.json"], text);
        Refused.With(() => RunTerms.Read(folder["run.json"]), folder["run.json"]);
    }

    [Fact]
    public void A_run_without_the_file_is_an_older_one()
    {
        using TempFolder folder = new();
        Refused.With(() => RunTerms.Read(folder["run.json"]), "could not resume");
    }
}
