using Joule.Gpu.Devices;

namespace Joule.Gpu.Check;

/// <summary>
/// Weights that a block or a cluster keeps in shared memory give the bits of those that are read from global memory; and how long that
/// takes.
/// </summary>
internal static class ResidentCheck
{
    private const int Verified = 129, Steps = 10; // so that the last cluster has blocks without chains

    private static readonly int[] Counts = [128, 1024];

    public static void Run(GpuDevice device, Report report)
    {
        foreach (ChainCase one in AllCases.Timed.Where(c => c.Name is "mlp-langevin" or "digits-langevin"))
        {
            foreach (BlockCut cut in (BlockCut[])[new(1, 512), new(4, 512)])
                Run(device, report, one, cut);
        }
        device.Kernels.Forced = null;
    }

    private static void Run(GpuDevice device, Report report, ChainCase one, BlockCut cut)
    {
        device.Kernels.Forced = cut;
        Outcome expected = Outcome.Of(device, one, Verified, Steps);
        using Chains chains = new(device, one, Counts.Max());
        Time(cut);
        foreach (BlockCut kept in BlockCandidates.Resident(device.Info, cut))
        {
            device.Kernels.Forced = kept;
            string name = $"{one.Name}, {kept}";
            try
            {
                Outcome found = Outcome.Of(device, one, Verified, Steps);
                bool isSame = expected.States.AsSpan().SequenceEqual(found.States)
                    && expected.Energies.AsSpan().SequenceEqual(found.Energies);
                report.Check(name, isSame, isSame ? 0 : double.NaN, "must have the bits of weights in global memory");
                Time(kept);
            }
            catch (JouleException e)
            {
                report.Check(name, false, double.NaN, e.Message.ReplaceLineEndings(" "));
            }
        }

        void Time(BlockCut of)
        {
            foreach (int count in Counts)
                report.Time($"{one.Name}, {of}", count, one.Time(chains, count), ChainCase.Describe(device.Kernels.Last));
        }
    }
}
