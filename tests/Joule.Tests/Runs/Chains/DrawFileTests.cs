using Joule.Compute;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class DrawFileTests
{
    private const int Chains = 3, Draws = 20, Width = 2;

    [Fact]
    public void Pieces_are_appended_and_read_bit_for_bit()
    {
        using TempFolder folder = new();
        DrawRecorder draws = Recorded(Draws), back = Recorded(0);
        DrawFile file = new(folder["d"], draws);
        file.Append(7);
        byte[] first = File.ReadAllBytes(folder["d"]);
        file.Append(7);
        Assert.Equal(first, File.ReadAllBytes(folder["d"]));
        file.Append(Draws);
        byte[] whole = File.ReadAllBytes(folder["d"]);
        Assert.Equal(first, whole.AsSpan(0, first.Length).ToArray());
        Assert.Equal(Draws * file.BytesPerDraw + 2 * (24 + 32), whole.Length);
        new DrawFile(folder["d"], back).Read(Draws);
        Assert.Equal(Draws, back.Count);
        Assert.True(TestRows.SameBits(draws.StatesOf(0, Draws), back.StatesOf(0, Draws)));
        Assert.True(TestRows.SameBits(draws.EnergiesOf(0, Draws), back.EnergiesOf(0, Draws)));
    }

    [Fact]
    public void What_lies_behind_the_draws_read_is_overwritten()
    {
        using TempFolder folder = new();
        DrawFile file = new(folder["d"], Recorded(Draws));
        file.Append(7);
        file.Append(15);
        file.Append(Draws);
        byte[] whole = File.ReadAllBytes(folder["d"]);
        folder.Write("d", [.. whole, 1, 2, 3]);
        DrawFile again = new(folder["d"], Recorded(Draws));
        again.Read(7);
        Assert.Equal(7, again.Count);
        again.Append(15);
        again.Append(Draws);
        Assert.Equal(whole, File.ReadAllBytes(folder["d"]));
    }

    [Fact]
    public void Any_change_or_cut_is_found_and_named()
    {
        using TempFolder folder = new();
        DrawFile file = new(folder["d"], Recorded(Draws));
        file.Append(7);
        file.Append(Draws);
        byte[] whole = File.ReadAllBytes(folder["d"]);
        for (int i = 0; i < whole.Length; i += i < 40 ? 1 : 11)
        {
            byte[] bad = [.. whole];
            bad[i] ^= (byte)(1 << i % 8);
            folder.Write("d", bad);
            Refused.With(() => new DrawFile(folder["d"], Recorded(0)).Read(Draws), folder["d"]);
        }
        foreach (int length in (int[])[1, 24, 100, whole.Length - 1])
        {
            folder.Write("d", whole.AsSpan(0, length));
            Refused.With(() => new DrawFile(folder["d"], Recorded(0)).Read(Draws), "the file ends here", $"after draw {Draws}");
        }
        folder.Write("d", whole);
        // The checkpoint lies within a piece: it was not written by this run.
        Refused.With(() => new DrawFile(folder["d"], Recorded(0)).Read(10), "not a piece of draws from number 8 on");
        Refused.With(() => new DrawFile(folder["d"], new DrawRecorder(Chains, Draws, Width + 1)).Read(Draws), "3 numbers");
        Refused.With(() => new DrawFile(folder["none"], Recorded(0)).Read(1), "There is no file");
    }

    [Fact]
    public void A_file_that_was_cut_meanwhile_is_not_written()
    {
        using TempFolder folder = new();
        DrawFile file = new(folder["d"], Recorded(Draws));
        file.Append(7);
        folder.Write("d", [1]);
        Refused.With(() => file.Append(Draws), folder["d"], "was cut to 1 bytes");
    }

    private static DrawRecorder Recorded(int count)
    {
        DrawRecorder draws = new(Chains, Draws, Width);
        Rows states = TestRows.Normal(Chains, Width, 1);
        using Device device = Device.Cpu(1);
        for (int i = 0; i < count; i++)
        {
            states.Span[0] = i;
            draws.Observe(new ChainReport
            {
                Device = device,
                States = states,
                Step = i,
                IsWarmUp = false,
                IsSample = true,
                Energies = [i, -i, 0.5f],
                SquaredNorms = [],
                Proposals = default,
            });
        }
        return draws;
    }
}
