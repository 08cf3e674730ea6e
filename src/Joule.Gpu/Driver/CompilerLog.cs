using System.Text;
using System.Text.RegularExpressions;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>What the driver's compiler says of a kernel.</summary>
internal static unsafe partial class CompilerLog
{
    /// <summary>Bytes of each log.</summary>
    public const int Bytes = 32768;

    /// <summary>Number of options that ask for the logs.</summary>
    public const int Options = 4;

    private const int LinesShown = 6;
    private const int Info = 3, InfoBytes = 4, Error = 5, ErrorBytes = 6; // options of the compilation

    /// <summary>Asks for the logs.</summary>
    /// <param name="options">Receives <see cref="Options"/> options.</param>
    /// <param name="values">Receives their values.</param>
    /// <param name="errors">Memory for the errors, of <see cref="Bytes"/>.</param>
    /// <param name="notes">Memory for all else.</param>
    public static void Fill(int* options, void** values, byte* errors, byte* notes)
    {
        (options[0], options[1], options[2], options[3]) = (Error, ErrorBytes, Info, InfoBytes);
        values[0] = errors;
        values[1] = (void*)Bytes;
        values[2] = notes;
        values[3] = (void*)Bytes;
    }

    /// <summary>Turns an error code into an exception: with the log if there is one, and else with the driver's words.</summary>
    /// <param name="code">What a function of the driver returned.</param>
    /// <param name="text">The kernel.</param>
    /// <param name="errors">The log of errors.</param>
    /// <exception cref="GpuException">The code is not 0.</exception>
    public static void Check(int code, KernelText text, byte[] errors)
    {
        int end = Array.IndexOf(errors, (byte)0);
        string log = Encoding.UTF8.GetString(errors, 0, end < 0 ? errors.Length : end).Trim();
        if (code != 0 && log.Length > 0)
            throw new GpuException(Refusal(text, log));
        GpuDriver.Check(code, $"the compilation of the kernel {text.Name}");
    }

    // The log names lines of a text that nobody sees otherwise.
    internal static string Refusal(KernelText text, string log)
    {
        StringBuilder message = new($"The driver refuses the kernel {text.Name}: {log}");
        string[] lines = text.Ptx.Split('\n');
        foreach (int number in LineNumber().Matches(log).Select(m => int.Parse(m.Groups[1].ValueSpan)).Distinct().Take(LinesShown))
        {
            if (number >= 1 && number <= lines.Length)
                message.Append($"\n  line {number}: {lines[number - 1].Trim()}");
        }
        return message.ToString();
    }

    [GeneratedRegex(@"line (\d+)")]
    private static partial Regex LineNumber();
}
