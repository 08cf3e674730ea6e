using System.Runtime.InteropServices;
using Joule.Bench.Shared;

namespace Joule.Compare.Reports;

/// <summary>Describes the machine.</summary>
internal static class Machine
{
    private const string ProcessorInfo = "/proc/cpuinfo";

    public static string Description =>
        $"{Processor()}, {Environment.ProcessorCount} processors, {MultiplyAddLoop.Bits}-bit vectors; {RuntimeInformation.OSDescription}; "
            + $"{RuntimeInformation.FrameworkDescription}";

    private static string Processor()
    {
        string? named = File.Exists(ProcessorInfo)
            ? File.ReadLines(ProcessorInfo)
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return named ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
