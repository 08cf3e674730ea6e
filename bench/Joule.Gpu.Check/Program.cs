using Joule.Gpu.Check;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;

// gpu-check [FOLDER]: verifies and measures what Joule has for GPUs, and writes gpu-report.json and gpu-report.md.
string folder = args.Length > 0 ? args[0] : ".";
if (GpuDriver.WhyNot is string reason)
{
    Console.Error.WriteLine($"There is nothing to check: {reason}.");
    return 2;
}
Directory.CreateDirectory(folder);
Report report = new(folder);
using (GpuContext context = new())
{
    report.Describe(context.Info, GpuDriver.Version ?? "");
    DrawCheck.Run(context, report);
}
CacheCheck.Run(report);
using (GpuDevice device = new())
{
    StreamCheck.Run(device, report);
    foreach (ChainCase chains in AllCases.Verified.Concat(AllCases.Timed))
        chains.Run(device, report);
    foreach (PassCase pass in AllCases.Passes)
        pass.Run(device, report);
    ScoreCase.Run(device, report);
    foreach (TrainingCase training in TrainingCase.All)
        training.Run(device, report);
}
GlobalCases.Run(report);
ProductCases.Run(report);
GibbsCase.Run(report);
Peers.Run(report);
report.Save();
return report.Failures > 0 ? 1 : 0;
