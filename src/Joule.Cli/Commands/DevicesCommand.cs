using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Gpu;

namespace Joule.Cli.Commands;

/// <summary><c>joule devices</c>: lists what there is to compute on, and why not for what is missing.</summary>
internal sealed class DevicesCommand : JouleCommand
{
    public override Command Build()
    {
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(
            "devices",
            "List the devices that Joule can compute on, and why not for those that it cannot use.",
            new Example("joule devices", "List the devices of this machine."),
            new Example("joule sample runs/mine --device gpu", "Use one of them."))
        {
            json,
        };
        OnRun(command, (parsed, context) => List(parsed.GetValue(json), context.Output));
        return command;
    }

    private static int List(bool asJson, TextWriter output)
    {
        JouleGpu.Register();
        IReadOnlyList<DeviceListing> devices = DeviceChoice.List();
        if (!asJson)
        {
            int width = devices.Max(d => d.Name.Length) + 2;
            foreach (DeviceListing device in devices)
            {
                string reason = device.WhyNot is { } why ? $", not usable: {why}" : "";
                output.WriteLine($"{device.Name.PadRight(width)}{device.Description}{reason}");
            }
            return ExitCodes.Success;
        }
        JsonLine.Write(output, writer =>
        {
            writer.WriteStartArray("devices");
            foreach (DeviceListing device in devices)
            {
                writer.WriteStartObject();
                writer.WriteString("name", device.Name);
                writer.WriteString("description", device.Description);
                writer.WriteString("why_not", device.WhyNot);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });
        return ExitCodes.Success;
    }
}
