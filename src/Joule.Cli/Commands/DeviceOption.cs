using System.CommandLine;
using Joule.Compute;
using Joule.Gpu;
using Joule.Gpu.Devices;
using Joule.Gpu.Plans;

namespace Joule.Cli.Commands;

/// <summary>
/// The options <c>--device</c>, <c>--precision</c>, <c>--tune</c> and <c>--threads</c> of a command that can compute on any device.
/// </summary>
internal sealed class DeviceOption
{
    private readonly Option<string?> _device = SharedOptions.Text(
        "--device", "cpu|gpu|gpu:1|auto",
        "Where to compute: the CPU, a GPU ('joule devices' lists them), or the first GPU that can be used. Default: cpu.");

    private readonly Option<ProductPrecision?> _precision = new("--precision")
    {
        HelpName = "float32|tf32x3|tf32",
        Description = "How a GPU multiplies in networks: float32, in three products of tf32 numbers (about as exact), or in one (three "
            + "digits). The last two use tensor cores. Default: float32.",
        CustomParser = result =>
        {
            string given = SharedOptions.Given(result);
            foreach (ProductPrecision known in Enum.GetValues<ProductPrecision>())
            {
                if (given == Name(known))
                    return known;
            }
            result.AddError($"--precision expects float32, tf32x3 or tf32, given '{given}'");
            return null;
        },
    };

    private readonly Option<bool> _tune = new("--tune")
    {
        Description = "Time which blocks of chains are the fastest on the GPU, for kernels that were not timed before. What is found is "
            + "kept for later runs, which need not give --tune.",
    };

    private readonly Option<int?> _threads = SharedOptions.Threads();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_precision);
        command.Add(_tune);
        command.Add(_threads);
    }

    /// <summary>Whether a device was named, or something asked for that needs one.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_device) is not null || parsed.GetValue(_tune);

    /// <summary>Opens the device, and says what a user should know about it.</summary>
    /// <exception cref="InvalidInputException">There is no such device, or it has no such precision; the message says why.</exception>
    public Device Open(ParseResult parsed, CommandContext context)
    {
        int? threads = parsed.GetValue(_threads);
        ProductPrecision precision = parsed.GetValue(_precision) ?? ProductPrecision.Float32;
        if (parsed.GetValue(_device) is not { } name || name == "cpu")
        {
            if (parsed.GetValue(_tune))
            {
                throw new InvalidInputException("--tune times kernels on a GPU, and the device is the CPU. Add --device gpu, or leave "
                    + "--tune out.");
            }
            return precision == ProductPrecision.Float32
                ? Device.Cpu(threads ?? Environment.ProcessorCount)
                : throw new InvalidInputException(
                    $"The CPU multiplies in float32, and --precision is {Name(precision)}. Add --device gpu, or leave --precision out.");
        }
        JouleGpu.Register();
        Device device = DeviceChoice.Open(name, threads, context.Error.WriteLine);
        if (device is GpuDevice gpu)
        {
            gpu.Precision = precision;
            gpu.Tunes = parsed.GetValue(_tune);
            return device;
        }
        if (precision != ProductPrecision.Float32)
            context.Error.WriteLine("The CPU multiplies in float32.");
        if (parsed.GetValue(_tune))
            context.Error.WriteLine("The CPU has no kernels to time.");
        return device;
    }

    private static string Name(ProductPrecision precision) => precision.ToString().ToLowerInvariant();
}
