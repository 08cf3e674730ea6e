using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Joule.Cli.Tests.Driver;

/// <summary>
/// Commands on a GPU with a stand-in for NVIDIA's driver library, written in C, which checks every call against declarations of its own:
/// structures, addresses, sizes of launches, and what is left at the end. It runs no kernels, so results mean nothing here.
/// </summary>
public sealed partial class StandInDriverTests(TinyRun tiny) : IDisposable
{
    private const string Compiler = "cc", Library = "libcuda.so.1";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("contrastive_divergence", "float32")]
    [InlineData("contrastive_divergence", "tf32x3")]
    [InlineData("denoising_score_matching", "float32")]
    public void A_training_calls_the_driver_as_it_is_declared(string objective, string precision)
    {
        // Energies that no kernel wrote are all the same, which the sentinel would not let pass.
        Match end = Run(
        [
            "train", "seed", "--data", tiny.Data, "--device", "gpu", "--precision", precision, "--epochs", "8", "--quiet", "--set",
            """energy.layers=[{"type":"dense","outputs":8},{"type":"relu"},{"type":"dense","outputs":1}]""", "--set", "training.batch=16",
            "--set", $"objective.type={objective}", "--set", "training.sentinel.enabled=false", "--set", "sampling.steps=3",
            "--out", _folder.File("run"),
        ]);
        Assert.True(Number(end, "graphs") > 0 && Number(end, "changes") > 0, end.Value);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("evaluate")]
    [InlineData("sample")]
    [InlineData("tune")]
    public void A_model_calls_the_driver_as_it_is_declared(string command)
    {
        Match end = Run(command switch
        {
            "score" => ["score", tiny.Run, tiny.Data, "--device", "gpu", "--out", _folder.File("scores.csv")],
            "evaluate" => ["evaluate", tiny.Run, "--device", "gpu"],
            "sample" => ["sample", tiny.Run, "--device", "gpu", "--sampler", "hmc", "--steps", "20", "--out", _folder.File("a.png")],
            _ => ["info", tiny.Run, "--device", "gpu", "--tune"],
        });
        Assert.True(Number(end, "launches") + Number(end, "graphs") > 0, end.Value);
    }

    // The last line of the driver.
    private Match Run(string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.Is64BitProcess, "The stand-in is a library of 64-bit Linux.");
        Assert.SkipUnless(Compile(), $"There is no C compiler ({Compiler}).");
        using ChildJoule child = ChildJoule.InShell($"export LD_LIBRARY_PATH={_folder.Path}; $JOULE", args);
        (int code, string output, string error) = child.Wait();
        Assert.True(code == 0, $"{output}\n{error}");
        Assert.DoesNotContain("stand-in fault", error, StringComparison.Ordinal);
        Match end = End().Match(error);
        Assert.True(end.Success, error);
        Assert.Equal(0, Number(end, "left"));
        return end;
    }

    private bool Compile()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Compiler))))
            return false;
        string source = Path.Combine(AppContext.BaseDirectory, "Driver", "stand-in-driver.c");
        using Process compiler = Process.Start(Compiler, ["-shared", "-fPIC", "-O1", "-o", _folder.File(Library), source]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return true;
    }

    private static long Number(Match end, string name) => long.Parse(end.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"stand-in: launches (?<launches>\d+), graphs (?<graphs>\d+), changes (?<changes>\d+), allocations left (?<left>\d+)")]
    private static partial Regex End();
}
