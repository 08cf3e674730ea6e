using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Networks;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>How a model runs on a device: what <c>joule info --device</c> adds.</summary>
/// <param name="description">The device.</param>
/// <param name="fits">How its kernels run; null on the processor, which runs everything.</param>
/// <param name="layers">The layers of the network.</param>
internal sealed class InfoOfDevice(string description, IReadOnlyList<KernelFit>? fits, IReadOnlyList<LayerRow> layers)
{
    /// <summary>Looks at a model's file.</summary>
    /// <param name="device">The device.</param>
    /// <param name="file">The file.</param>
    /// <param name="model">Its description.</param>
    /// <param name="layers">The layers of its network.</param>
    public static InfoOfDevice Of(Device device, string file, ModelDescription model, IReadOnlyList<LayerRow> layers) =>
        new(device.Description, device is GpuDevice gpu ? gpu.Fit(Load(file), SampleDraw.SamplerOf(model.Config)) : null, layers);

    /// <summary>How a GPU would run a model, if no blocks were timed.</summary>
    /// <param name="gpu">The GPU, which need not be there.</param>
    /// <param name="file">The model's file.</param>
    /// <param name="model">Its description.</param>
    public static IReadOnlyList<KernelFit> FitsOf(GpuInfo gpu, string file, ModelDescription model) =>
        KernelFit.Of(gpu, Load(file), SampleDraw.SamplerOf(model.Config));

    /// <summary>Writes text.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"Device      {description}{(fits is null ? ", runs every energy and sampler" : "")}");
        if (fits is null)
            return;
        KernelFit[] run = [.. fits.Where(f => f.WhyNot is null)];
        if (run.Length > 0)
        {
            TextTable.Write(output,
                ["", "way", ">chains a block", ">threads", ">shared a chain", ">shared a block", ">chains at once"],
                run.Select(f => (IReadOnlyList<string>)
                [
                    f.Use, Way(f), .. IsShared(f)
                        ? (string[])[$"{f.Chains:N0}", $"{f.Threads:N0}", Bytes(OfChain(f)), Bytes(f.SharedBytes)]
                        : ["", "", "", ""],
                    $"{f.ChainsAtOnce:N0}",
                ]));
            foreach (KernelFit fit in run.Where(f => !IsShared(f)))
            {
                output.WriteLine($"{fit.Use}: a chain's values take {fit.GlobalBytesOfChain:N0} bytes of the GPU's memory; "
                    + "they exceed a block's shared memory, or products use tensor cores.");
            }
            foreach (KernelFit fit in run.Where(f => f.IsTimed))
                output.WriteLine($"{fit.Use}: the block was found by timing{Kept(fit)}.");
            if (run.Any(f => IsShared(f) && !f.IsTimed))
                output.WriteLine(run.Any(f => f.IsTimed)
                    ? "Other blocks are chosen by size; --tune times them." : "Blocks are chosen by size; --tune times them.");
            output.WriteLine("For as many chains as fill the GPU, and scores in chunks. The registers of a thread are known when the "
                + "driver has compiled a kernel; they can lower the chains at once.");
        }
        foreach (KernelFit fit in fits.Where(f => f.WhyNot is not null))
            output.WriteLine($"{fit.Use}: cannot run. {fit.WhyNot}");
        if (run.Length < fits.Count && Largest() is { } largest)
            output.WriteLine($"The largest layer is {largest.Index}, {largest.Type}, with {largest.Output.Length:N0} values.");
    }

    /// <summary>Writes the member <c>device</c>.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("device");
        json.WriteString("description", description);
        json.WriteStartArray("kernels");
        foreach (KernelFit fit in fits ?? [])
        {
            json.WriteStartObject();
            json.WriteString("use", fit.Use);
            json.WriteString("why_not", fit.WhyNot);
            if (fit.WhyNot is null)
            {
                json.WriteString("way", IsShared(fit) ? "shared_memory" : "global_memory");
                json.WriteNumber("launches", fit.Launches);
                if (IsShared(fit))
                {
                    json.WriteNumber("chains_of_block", fit.Chains);
                    json.WriteNumber("threads_of_block", fit.Threads);
                    json.WriteNumber("shared_bytes_of_chain", OfChain(fit));
                    json.WriteNumber("shared_bytes_of_block", fit.SharedBytes);
                    json.WriteNumber("weight_bytes_of_block", fit.WeightBytes);
                    json.WriteNumber("blocks_of_cluster", fit.Cluster);
                    json.WriteBoolean("timed", fit.IsTimed);
                }
                else
                    json.WriteNumber("global_bytes_of_chain", fit.GlobalBytesOfChain);
                json.WriteNumber("chains_at_once", fit.ChainsAtOnce);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsShared(KernelFit fit) => fit.Way == KernelWay.SharedMemory;

    private static string Way(KernelFit fit) => IsShared(fit)
        ? fit.Launches == 1 ? "in one kernel" : $"in shared memory, {fit.Launches} launches"
        : $"layer by layer, {fit.Launches} launches";

    private static int OfChain(KernelFit fit) => (fit.SharedBytes - fit.WeightBytes) / fit.Chains;

    private static string Kept(KernelFit fit) => fit.WeightBytes == 0 ? ""
        : $" and keeps {fit.WeightBytes:N0} bytes of weights in shared memory{(fit.Cluster > 1 ? $", read by {fit.Cluster} blocks" : "")}";

    private static Func<Device, Energy> Load(string file) => device => Model.Load(file, device).Energy;

    private static string Bytes(int count) => $"{count:N0} bytes";

    private LayerRow? Largest() => layers.Count == 0 ? null : layers.MaxBy(l => l.Output.Length);
}
