using Joule.Compute;
using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

/// <summary>Runs of chains that are stopped, killed and resumed.</summary>
public sealed class ChainResumeTests
{
    private const int Stops = 4;

    [Theory]
    [InlineData("mala", 1, 100, 100_000)]
    [InlineData("nuts", 2, 300, 5_000)]
    [InlineData("hmc", 3, 100, 500)]
    [InlineData("underdamped", 2, 50, 20_000)] // keeps a momentum; its warm-up does not adapt
    [InlineData("annealed", 2, 300, 5_000)] // keeps a count
    public void A_run_that_is_stopped_anywhere_and_resumed_ends_with_the_bits_of_a_whole_one(
        string sampler, int chains, int warmUp, int draws)
    {
        ChainCase chain = new(sampler, new ChainPlan { Chains = chains, WarmUp = warmUp, Draws = draws, Seed = 5 });
        (ChainEnd whole, long gradients) = chain.Whole(1);
        AssertParts(chain, whole, gradients, new RandomStream(7, RandomPurpose.User, 0), gradients / 3);
    }

    [Theory]
    [InlineData("nuts")]
    [InlineData("mala")]
    [InlineData("underdamped")]
    public void A_run_that_is_stopped_within_its_warm_up_ends_with_the_bits_of_a_whole_one(string sampler)
    {
        // The share of the warm-up is 9/10.
        ChainCase chain = new(sampler, new ChainPlan { Chains = 5, WarmUp = 270, Draws = 10, Thinning = 3, Seed = 6 });
        (ChainEnd whole, long gradients) = chain.Whole(2);
        AssertParts(chain, whole, gradients, new RandomStream(8, RandomPurpose.User, 0), gradients / 5);
    }

    public static TheoryData<string> Samplers => [.. SamplerChoice.Names.Where(n => n != "tilted")]; // refuses this energy

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_sampler_of_the_catalogue_goes_on_bit_for_bit(string sampler)
    {
        ChainCase chain = new(sampler, new ChainPlan { Chains = 4, WarmUp = 40, Draws = 30, Thinning = 2, Seed = 3 });
        (ChainEnd whole, long gradients) = chain.Whole(1);
        AssertParts(chain, whole, gradients, new RandomStream(9, RandomPurpose.User, 0), gradients / 4);
    }

    [Fact]
    public void A_killed_run_ends_with_the_bits_of_a_whole_one_wherever_its_last_write_broke_off()
    {
        ChainCase chain = new("mala", new ChainPlan { Chains = 2, WarmUp = 60, Draws = 6_000, Seed = 9 });
        (ChainEnd whole, long gradients) = chain.Whole(1);
        using TempFolder stopped = new();
        Stop(chain, stopped, gradients);
        byte[] piece = File.ReadAllBytes(stopped["draws.part"]);
        (string Name, Action<TempFolder> Break, string? Warning)[] kills =
        [
            ("nothing", _ => { }, null),
            ("bytes of a next piece", f => f.Write("draws.part", [.. piece, .. piece.AsSpan(0, 11)]), null),
            ("a whole next piece", f => f.Write("draws.part", [.. piece, .. piece]), null),
            ("a checkpoint with its first name", f => f.Write("checkpoints/.step-000009999.ckpt.7.0a.tmp", piece.AsSpan(0, 50)), null),
            ("a checkpoint before its draws", f => f.Write("draws.part", piece.AsSpan(0, piece.Length - 1)), "the file ends here"),
            ("an empty checkpoint", f => f.Write("checkpoints/step-000006059.ckpt", []), "the file is empty"),
            ("a cut checkpoint", f => Cut(Newest(f)), "damaged"),
            ("a checkpoint that was not renamed", f => File.Delete(Newest(f)), null),
        ];
        foreach ((string name, Action<TempFolder> breaks, string? warning) in kills)
        {
            using TempFolder folder = new();
            Copy(stopped.Path, folder.Path);
            breaks(folder);
            List<string> warnings = [];
            ChainEnd? end = chain.Part(folder.Path, 2, long.MaxValue, warnings);
            ChainEnd.AssertSame(whole, end);
            Assert.True(warning is null ? warnings.Count == 0 : warnings.Any(w => w.Contains(warning, StringComparison.Ordinal)),
                $"{name}: {string.Join("; ", warnings)}");
            Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public void Damaged_draws_are_found_and_an_older_checkpoint_or_the_beginning_is_used()
    {
        ChainCase chain = new("mala", new ChainPlan { Chains = 2, WarmUp = 60, Draws = 6_000, Seed = 9 });
        (ChainEnd whole, long gradients) = chain.Whole(1);
        using TempFolder folder = new();
        Stop(chain, folder, gradients);
        byte[] bytes = File.ReadAllBytes(folder["draws.part"]);
        bytes[bytes.Length - 40] ^= 16; // in the last piece
        folder.Write("draws.part", bytes);
        List<string> warnings = [];
        ChainEnd.AssertSame(whole, chain.Part(folder.Path, 1, long.MaxValue, warnings));
        string draws = folder["draws.part"];
        Assert.Contains(warnings, w => w.StartsWith(draws, StringComparison.Ordinal) && w.Contains("damaged", StringComparison.Ordinal));
        bytes = File.ReadAllBytes(folder["draws.part"]);
        bytes[30] ^= 1; // in the first piece, which all checkpoints need
        folder.Write("draws.part", bytes);
        Refused.With(() => chain.Part(folder.Path, 1, long.MaxValue, warnings), "No checkpoint in", "can be used");
    }

    private static void AssertParts(ChainCase chain, ChainEnd whole, long gradients, RandomStream places, long most)
    {
        using TempFolder folder = new();
        ChainEnd? end = null;
        for (int part = 0; part < Stops; part++)
        {
            end = chain.Part(folder.Path, 1 + part % 3, 1 + (long)(most * places.Uniform(0, part)));
            Assert.Null(end);
        }
        ChainEnd.AssertSame(whole, chain.Part(folder.Path, 2, long.MaxValue));
        // The end was written too, and needs no step.
        ChainEnd.AssertSame(whole, chain.Part(folder.Path, 1, gradients: 1));
    }

    // Each stop leaves a checkpoint.
    private static void Stop(ChainCase chain, TempFolder folder, long gradients)
    {
        for (int part = 0; part < 3; part++)
            Assert.Null(chain.Part(folder.Path, 1, gradients / 4));
        Assert.True(Directory.GetFiles(folder["checkpoints"]).Length > 1);
    }

    private static string Newest(TempFolder folder) => Directory.GetFiles(folder["checkpoints"]).Order(StringComparer.Ordinal).Last();

    private static void Cut(string file) => File.WriteAllBytes(file, File.ReadAllBytes(file).AsSpan()[..^9]);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "checkpoints"));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)), overwrite: true);
    }
}
