using System.Globalization;

namespace Joule.Fuzz.Tests;

/// <summary>What the environment says; see the README beside this file.</summary>
/// <param name="Inputs">Inputs of every reader.</param>
/// <param name="Seed">The seed of all mutations.</param>
/// <param name="Failures">Where inputs that fail are kept.</param>
/// <param name="Trace">Whether every input is written down before it is read, to find one that ends the process.</param>
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
