using System.Globalization;

namespace Joule.Fuzz.Tests;

/// <summary>Settings from environment variables; see the README in this folder.</summary>
/// <param name="Inputs">Number of inputs per reader.</param>
/// <param name="Seed">The seed of all mutations.</param>
/// <param name="Failures">The folder for failing inputs.</param>
/// <param name="Trace">Whether every input is written to disk before it is read, to find one that ends the process.</param>
internal sealed record FuzzSettings(long Inputs, ulong Seed, string Failures, bool Trace)
{
    public static FuzzSettings FromEnvironment { get; } = new(
        (long)Number("JOULE_FUZZ_INPUTS", 100_000),
        Number("JOULE_FUZZ_SEED", 1),
        Environment.GetEnvironmentVariable("JOULE_FUZZ_FAILURES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Path.GetTempPath(), "joule-fuzz"),
        Environment.GetEnvironmentVariable("JOULE_FUZZ_TRACE") is { Length: > 0 });

    private static ulong Number(string variable, ulong usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : usual;
}
