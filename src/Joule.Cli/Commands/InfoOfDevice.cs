using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Compute;
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
        new(device.Description, device is GpuDevice gpu ? FitsOf(gpu.Info, file, model) : null, layers);

    /// <summary>How a GPU would run a model.</summary>
    /// <param name="gpu">The GPU, which need not be there.</param>
    /// <param name="file">The model's file.</param>
    /// <param name="model">Its description.</param>
    public static IReadOnlyList<KernelFit> FitsOf(GpuInfo gpu, string file, ModelDescription model) =>
        KernelFit.Of(gpu, device => Model.Load(file, device).Energy, SampleDraw.SamplerOf(model.Config));

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
                        ? (string[])[$"{f.Chains:N0}", $"{f.Threads:N0}", Bytes(f.SharedBytes / f.Chains), Bytes(f.SharedBytes)]
                        : ["", "", "", ""],
                    $"{f.ChainsAtOnce:N0}",
                ]));
            foreach (KernelFit fit in run.Where(f => !IsShared(f)))
            {
                output.WriteLine($"{fit.Use}: a chain's values take {fit.GlobalBytesOfChain:N0} bytes of the GPU's memory; "
                    + "they exceed a block's shared memory, or products use tensor cores.");
            }
            output.WriteLine("For as many chains or states as fill the GPU. The registers of a thread are known when the driver has "
                + "compiled a kernel; they can lower the chains at once.");
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
                    json.WriteNumber("shared_bytes_of_chain", fit.SharedBytes / fit.Chains);
                    json.WriteNumber("shared_bytes_of_block", fit.SharedBytes);
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

    private static string Bytes(int count) => $"{count:N0} bytes";

    private LayerRow? Largest() => layers.Count == 0 ? null : layers.MaxBy(l => l.Output.Length);
}
