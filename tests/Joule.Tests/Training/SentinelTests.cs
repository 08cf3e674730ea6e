using Joule.Compute;
using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class SentinelTests
{
    private const int Calm = 1500; // long enough for the chains to have found the data

    private static readonly Contrast Buffer = new(0.1, Persistent: true, NoiseMovement: 0.02);

    // A training like those of the presets: energies within a few tenths of a nat, negatives where the data are.
    private static readonly UpdateFigures Usual = new(0, 0, 0, 0, 0, 1)
    {
        Rows = 64,
        DataSpread = 0.1,
        NegativeSpread = 0.2,
        Walls = 0.02,
        Variety = 0.9,
        Movement = 0.04,
    };

    [Fact]
    public void Heavy_tailed_noise_raises_no_alarm_in_a_hundred_thousand_updates()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        RandomStream draws = new(1, RandomPurpose.User, 0);
        int wild = 0;
        for (int u = 1; u <= 100_000; u++)
        {
            UpdateFigures figures = Noisy(draws, u);
            wild += Math.Abs(figures.DataEnergy) > 2 ? 1 : 0;
            SentinelVerdict verdict = sentinel.Watch(u, figures);
            Assert.True(verdict.Level == SentinelLevel.Fine && sentinel.FirstSign < 0, $"update {u}: {verdict}");
        }
        // The Cauchy distribution has heavy tails: every few hundred updates a value is a hundred times the usual size.
        Assert.InRange(wild, 100, 10_000);
    }

    public static TheoryData<string, SentinelReason, int> Faults => new()
    {
        { "energies doubling every 20 updates", SentinelReason.EnergiesRunAway, 180 },
        { "gap doubling every 20 updates", SentinelReason.GapGrows, 180 },
        { "gap rising by 0.005 an update", SentinelReason.GapGrows, 200 },
        { "gap opening once and staying open", SentinelReason.GapGrows, 180 },
        { "pixels going to the wall", SentinelReason.Walls, 100 },
        { "energies becoming the same", SentinelReason.EnergiesFlat, 300 },
        { "gradient doubling every 10 updates", SentinelReason.GradientNorm, 100 },
        { "negatives becoming alike", SentinelReason.BufferAlike, 150 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_first_a_warning_and_soon_a_divergence(string fault, SentinelReason reason, int within)
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        RandomStream draws = new(2, RandomPurpose.User, 0);
        long warned = 0;
        for (int u = 1; u <= Calm + 1000; u++)
        {
            SentinelVerdict verdict = sentinel.Watch(u, With(fault, Noisy(draws, u), Math.Max(0, u - Calm)));
            if (u <= Calm)
                Assert.Equal(SentinelLevel.Fine, verdict.Level);
            if (verdict.Level == SentinelLevel.Warning && warned == 0)
            {
                Assert.Equal(reason, verdict.Reason);
                warned = u;
            }
            if (verdict.Level != SentinelLevel.Diverged)
                continue;
            Assert.Equal(reason, verdict.Reason);
            Assert.InRange(warned, Calm + 1, u - 1);
            Assert.InRange(u - Calm, 1, within);
            Assert.Equal(warned, sentinel.FirstSign);
            return;
        }
        Assert.Fail($"{fault} was never called a divergence.");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_a_divergence_even_when_disabled(double value)
    {
        foreach (bool enabled in (bool[])[true, false])
        {
            Sentinel sentinel = new(new SentinelOptions { Enabled = enabled }, Buffer);
            Assert.Equal((SentinelLevel.Diverged, SentinelReason.NonFinite), Level(sentinel.Watch(1, Usual with { GradientNorm = value })));
            Assert.Equal((SentinelLevel.Diverged, SentinelReason.NonFinite), Level(sentinel.Watch(1, Usual with { DataEnergy = value })));
        }
    }

    [Fact]
    public void Energies_that_run_away_from_the_start_are_detected_without_a_reference_range()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        int seen = 0;
        for (int u = 1; u <= 20 && seen == 0; u++)
        {
            SentinelVerdict verdict = sentinel.Watch(u, Usual with { DataEnergy = 2000 * (u % 2 - 0.4), NegativeEnergy = -900 });
            seen = verdict.Level == SentinelLevel.Diverged ? u : 0;
        }
        Assert.Equal(8, seen);
    }

    [Fact]
    public void An_alarm_ends_after_a_hundred_calm_updates_and_warns_once()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        List<int> warnings = [];
        long[] signs = new long[1001];
        for (int u = 1; u <= 1000; u++)
        {
            bool odd = u is > 300 and <= 350 or > 700 and <= 720;
            if (sentinel.Watch(u, odd ? Usual with { Variety = 0.1 } : Usual).Level == SentinelLevel.Warning)
                warnings.Add(u);
            signs[u] = sentinel.FirstSign;
        }
        // The lower median of 16 values is low once 8 of them are.
        Assert.Equal([308, 708], warnings);
        Assert.Equal((-1, 308, 308, -1), (signs[307], signs[308], signs[450], signs[470]));
    }

    [Fact]
    public void A_wide_gap_raises_no_alarm_before_the_chains_have_found_the_data()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        for (int u = 1; u <= 3000; u++)
        {
            // Black on white: data at −1.3, chains half a nat above; the gap is closed from update 1,500 on.
            double gap = 0.5 * Math.Clamp((1500 - u) / 1000.0, 0, 1);
            UpdateFigures figures = Usual with { DataEnergy = -1, NegativeEnergy = gap - 1, Divergence = -gap };
            Assert.Equal(default, sentinel.Watch(u, figures with { DataSpread = 0.1, NegativeSpread = 0.12, Walls = 0.6 }));
            Assert.False(u < 2300 && sentinel.IsSettled);
        }
        Assert.True(sentinel.IsSettled);
    }

    [Theory]
    [InlineData(0.3, false, 0.0001, true)] // negatives apart from the data, and chains at rest
    [InlineData(0.05, false, 0.0001, false)] // chains at a wall where the data are
    [InlineData(0.05, true, 0, true)] // no steps at all
    [InlineData(0.3, false, 0.01, false)]
    public void Chains_at_rest_away_from_the_data_are_stuck(double gap, bool noSteps, double movement, bool expected)
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer with { HasNoSteps = noSteps });
        SentinelVerdict last = default;
        for (int u = 1; u <= 60; u++)
            last = sentinel.Watch(u, Usual with { Divergence = -gap, Movement = movement });
        Assert.Equal(expected, last is { Level: SentinelLevel.Diverged, Reason: SentinelReason.ChainsStuck });
    }

    [Fact]
    public void Jumping_chains_are_detected_even_if_they_never_found_the_data()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        long seen = 0;
        for (int u = 1; u <= 300 && seen == 0; u++)
        {
            SentinelVerdict verdict = sentinel.Watch(u, Usual with { Divergence = -0.5, Movement = 0.35 });
            if (verdict.Level == SentinelLevel.Diverged)
            {
                Assert.Equal(SentinelReason.ChainsJump, verdict.Reason);
                seen = u;
            }
        }
        Assert.InRange(seen, 100, 120);
    }

    [Fact]
    public void It_records_how_near_each_rule_came_to_its_warning()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        for (int u = 1; u <= 400; u++)
            sentinel.Watch(u, Usual with { Variety = u == 300 || u > 320 && u <= 340 ? 0.3 : 0.9, DataEnergy = 5 });
        SentinelExtreme alike = Assert.Single(sentinel.Nearest, e => e.Reason == SentinelReason.BufferAlike);
        Assert.Equal((0.5, 0.3, 0.15), (alike.Share, alike.Value, alike.Warning));
        Assert.InRange(alike.Update, 321, 340);
        SentinelExtreme energy = Assert.Single(sentinel.Nearest, e => e.Reason == SentinelReason.EnergiesRunAway);
        Assert.Equal((0.4, 5, 12.5), (energy.Share, energy.Value, energy.Warning));
    }

    [Fact]
    public void Without_a_buffer_a_gap_is_allowed_and_chains_may_rest()
    {
        Sentinel sentinel = new(new SentinelOptions(), new Contrast(0, Persistent: false, NoiseMovement: 0));
        for (int u = 1; u <= 500; u++)
            Assert.Equal(SentinelLevel.Fine,
                sentinel.Watch(u, Usual with { DataEnergy = -3, NegativeEnergy = 3, Divergence = -6, Movement = 0 }).Level);
    }

    [Fact]
    public void Its_numbers_are_its_whole_state_and_a_step_allocates_nothing()
    {
        SentinelOptions options = new();
        Sentinel one = new(options, Buffer), other = new(options, Buffer);
        RandomStream draws = new(3, RandomPurpose.User, 0);
        for (int u = 1; u <= 300; u++)
            one.Watch(u, Noisy(draws, u));
        one.State.CopyTo(other.State);
        TrainingFigures[] figures = [.. Enumerable.Range(301, 600)
            .Select(u => (TrainingFigures)With("gap doubling every 20 updates", Noisy(draws, u), Math.Max(0, u - 600)))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < figures.Length; i++)
            one.Watch(301 + i, figures[i]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        for (int i = 0; i < figures.Length; i++)
            other.Watch(301 + i, figures[i]);
        Assert.Equal(one.State.ToArray(), other.State.ToArray());
    }

    [Fact]
    public void Calming_clears_the_alarm_but_not_the_ranges()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        for (int u = 1; u <= 400; u++)
            sentinel.Watch(u, u > 380 ? Usual with { Variety = 0.1 } : Usual);
        Assert.True(sentinel.FirstSign > 0);
        sentinel.Calm();
        Assert.Equal(-1, sentinel.FirstSign);
        Assert.Equal(SentinelLevel.Fine, sentinel.Watch(401, Usual).Level);
        // A gradient a hundred times the usual size is detected only if the usual size is known.
        SentinelVerdict last = default;
        for (int u = 402; u < 420 && last.Level != SentinelLevel.Diverged; u++)
            last = sentinel.Watch(u, Usual with { GradientNorm = 200 });
        Assert.Equal(SentinelReason.GradientNorm, last.Reason);
    }

    [Fact]
    public void At_learning_rate_0_only_values_that_are_not_finite_are_a_divergence()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        for (int u = 1; u <= 400; u++)
            sentinel.Watch(u, Usual);
        UpdateFigures wild = Usual with { Walls = 0.4, DataEnergy = -1e4, GradientNorm = 1e6 };
        for (int u = 401; u <= 500; u++)
            Assert.Equal(default, sentinel.Watch(u, wild with { IsFrozen = true }));
        Assert.Equal(-1, sentinel.FirstSign);
        Assert.Equal((SentinelLevel.Diverged, SentinelReason.NonFinite),
            Level(sentinel.Watch(501, wild with { IsFrozen = true, Loss = double.NaN })));
        // The same figures while the learning rate is above 0.
        SentinelLevel worst = default;
        for (int u = 502; u <= 520; u++)
            worst = (SentinelLevel)Math.Max((int)worst, (int)sentinel.Watch(u, wild).Level);
        Assert.Equal(SentinelLevel.Diverged, worst);
    }

    [Fact]
    public void Without_negatives_a_falling_loss_and_large_energies_raise_no_alarm()
    {
        Sentinel sentinel = new(new SentinelOptions(), null);
        RandomStream draws = new(4, RandomPurpose.User, 0);
        for (int u = 1; u <= 20_000; u++)
        {
            SentinelVerdict verdict = sentinel.Watch(u, Simple(500 - 0.1 * u + Normal(draws, u, 0), 1 + 0.1 * Normal(draws, u, 1)));
            Assert.True(verdict.Level == SentinelLevel.Fine && sentinel.FirstSign < 0, $"update {u}: {verdict}");
        }
        Assert.False(sentinel.IsSettled);
        Assert.True(sentinel.IsClosed);
    }

    [Theory]
    [InlineData("loss doubling every 20 updates", SentinelReason.LossGrows)]
    [InlineData("loss leaping and staying there", SentinelReason.LossGrows)]
    [InlineData("gradient doubling every 10 updates", SentinelReason.GradientNorm)]
    [InlineData("loss that is no number", SentinelReason.NonFinite)]
    public void Without_negatives_a_growing_loss_and_a_growing_gradient_are_divergences(string fault, SentinelReason reason)
    {
        Sentinel sentinel = new(new SentinelOptions(), null);
        RandomStream draws = new(5, RandomPurpose.User, 0);
        for (int u = 1; u <= 900; u++)
        {
            double since = Math.Max(0, u - 500), loss = 2 + 0.1 * Normal(draws, u, 0), gradient = 1 + 0.1 * Normal(draws, u, 1);
            TrainingFigures figures = since == 0 ? Simple(loss, gradient) : fault switch
            {
                "loss doubling every 20 updates" => Simple(loss + 0.1 * Math.Pow(2, since / 20), gradient),
                "loss leaping and staying there" => Simple(loss + 4, gradient),
                "gradient doubling every 10 updates" => Simple(loss, gradient * Math.Pow(2, since / 10)),
                _ => Simple(double.NaN, gradient),
            };
            SentinelVerdict verdict = sentinel.Watch(u, figures);
            Assert.True(u > 500 || verdict.Level == SentinelLevel.Fine, $"update {u}: {verdict}");
            if (verdict.Level != SentinelLevel.Diverged)
                continue;
            Assert.Equal(reason, verdict.Reason);
            Assert.InRange(u, 501, 720);
            return;
        }
        Assert.Fail($"{fault} was never called a divergence.");
    }

    private static readonly FigureList Plain = Trainer.ListFigures(
        new FigureList([new Figure("loss", "nats", "what is minimised") { Role = FigureRole.Loss }]));

    private static TrainingFigures Simple(double loss, double gradient) => new(Plain, [loss, gradient], 64);

    private static double Normal(RandomStream draws, int update, uint chain)
    {
        Span<float> normal = stackalloc float[1];
        draws.At((ulong)update).FillNormal(normal, chain);
        return normal[0];
    }

    private static (SentinelLevel, SentinelReason) Level(SentinelVerdict verdict) => (verdict.Level, verdict.Reason);

    // Energies with Cauchy noise around 0; everything else with normal noise around its usual value.
    private static UpdateFigures Noisy(RandomStream draws, int update)
    {
        Span<float> normal = stackalloc float[8];
        draws.At((ulong)update).FillNormal(normal, 0);
        double data = 0.02 * normal[0] / Math.Max(1e-3, Math.Abs(normal[1])),
            negative = data + 0.02 * normal[2] / Math.Max(1e-3, Math.Abs(normal[3]));
        return Usual with
        {
            DataEnergy = data,
            NegativeEnergy = negative,
            Divergence = data - negative,
            GradientNorm = Math.Exp(normal[4]),
            Walls = 0.02 + 0.03 * normal[5],
            Variety = 0.9 + 0.1 * normal[6],
            Movement = 0.04 * Math.Exp(0.3 * normal[7]),
        };
    }

    private static UpdateFigures With(string fault, UpdateFigures f, int since) => fault switch
    {
        "energies doubling every 20 updates" => f with
        {
            DataEnergy = f.DataEnergy + 0.05 * (Math.Pow(2, since / 20.0) - 1),
            NegativeEnergy = f.NegativeEnergy + 0.05 * (Math.Pow(2, since / 20.0) - 1),
        },
        "gap doubling every 20 updates" => f with { Divergence = f.Divergence - 0.05 * (Math.Pow(2, since / 20.0) - 1) },
        "gap rising by 0.005 an update" => f with { Divergence = f.Divergence - 0.005 * since },
        "gap opening once and staying open" =>
            f with { Divergence = f.Divergence - (since > 0 ? 0.7 : 0), NegativeSpread = since > 0 ? 1 : f.NegativeSpread },
        "pixels going to the wall" => f with { Walls = f.Walls + 0.01 * since },
        "gradient doubling every 10 updates" => f with { GradientNorm = f.GradientNorm * Math.Pow(2, since / 10.0) },
        "energies becoming the same" => f with
        {
            DataEnergy = 0,
            NegativeEnergy = 0,
            Divergence = 0,
            DataSpread = f.DataSpread * Math.Pow(0.5, since / 15.0),
            NegativeSpread = f.NegativeSpread * Math.Pow(0.5, since / 15.0),
        },
        "negatives becoming alike" => f with { Variety = f.Variety * Math.Pow(0.5, since / 30.0) },
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
