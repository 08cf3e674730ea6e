using System.CommandLine;
using Joule.Compute;
using Joule.Gpu;

namespace Joule.Cli.Commands;

/// <summary>The options <c>--device</c> and <c>--threads</c> of a command that can compute on any device.</summary>
internal sealed class DeviceOption
{
    private readonly Option<string?> _device = SharedOptions.Text(
        "--device", "cpu|gpu|gpu:1|auto",
        "Where to compute: the CPU, a GPU ('joule devices' lists them), or the first GPU that can be used. Default: cpu.");

    private readonly Option<int?> _threads = SharedOptions.Threads();

    /// <summary>Adds both to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_threads);
    }

    /// <summary>Whether a device was named.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_device) is not null;

    /// <summary>Opens the device, and says what a user should know about it.</summary>
    public Device Open(ParseResult parsed, CommandContext context)
    {
        int? threads = parsed.GetValue(_threads);
        if (parsed.GetValue(_device) is not { } name || name == "cpu")
            return Device.Cpu(threads ?? Environment.ProcessorCount);
        JouleGpu.Register();
        return DeviceChoice.Open(name, threads, context.Error.WriteLine);
    }
}
