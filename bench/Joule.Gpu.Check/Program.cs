using Joule.Gpu.Check;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;

// gpu-check [FOLDER]: verifies and measures what Joule has for GPUs, and writes gpu-report.json and gpu-report.md.
if (args is [Sections.Option, string section, string part, .. string[] more])
{
    GpuDevice.OpensWithGraphs = more is not [Sections.WithoutGraphs];
    return Sections.RunOne(section, part);
}
string folder = args.Length > 0 ? args[0] : ".";
if (GpuDriver.WhyNot is string reason)
{
    Console.Error.WriteLine($"There is nothing to check: {reason}.");
    return 2;
}
Directory.CreateDirectory(folder);
Report report = new(folder);
using (GpuContext context = new())
    report.Describe(context.Info, GpuDriver.Version ?? "");
Sections.RunAll(Environment.ProcessPath!, folder, report);
report.Save();
return report.Failures > 0 ? 1 : 0;
