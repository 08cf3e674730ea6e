using Joule.Energies;
using Joule.Samplers;

namespace Joule.Tests.Samplers;

/// <summary>
/// The samplers of the catalogue without bias: those with an accept test, found by themselves, so that a new one joins every test that
/// reads this list.
/// </summary>
internal static class UnbiasedSamplers
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        // "tilted" needs an energy with a base: TiltedWalkTests. Steps of "recovery" are as long as its noise, which suits an energy of one
        // width: RecoveryTests.
        [.. Catalogue.Of(typeof(SamplerOptions)).Select(s => s.Named.Name)
            .Where(n => n is not ("tilted" or "recovery") && Options(n).HasAcceptTest())];

    /// <summary>
    /// Those that take many thousand steps a second. A step of <c>riemannian</c> takes eigenvectors again and again, of a cost of n³: it is
    /// run with fewer draws, and in no more than ten dimensions.
    /// </summary>
    public static IReadOnlyList<string> Quick { get; } = [.. Names.Where(name => name != "riemannian")];

    /// <summary>Options of a sampler for a test.</summary>
    /// <param name="name">Which sampler.</param>
    /// <param name="step">The time of a leapfrog step that suits unit masses, for samplers that a warm-up does not adapt.</param>
    public static SamplerOptions Options(string name, double step = 0.1) => name switch
    {
        // Ladders as short and flat as one mode needs: long ones cost as many times the steps.
        "tempering" => new ParallelTemperingOptions { Replicas = 3, Hottest = 3 },
        "tempered_transitions" => new TemperedTransitionsOptions
        {
            Inner = new HamiltonianMonteCarloOptions { StepSize = (float)step },
            Temperatures = 3,
            Hottest = 1.2,
        },
        // Paths as short as a base of much the same width needs.
        "ais" => new AnnealedImportanceSamplingOptions { Temperatures = 15 },
        "smc" => new SequentialMonteCarloOptions { Temperatures = 5, Particles = 4 },
        _ => (SamplerOptions)Activator.CreateInstance(Catalogue.Of(typeof(SamplerOptions)).Single(s => s.Named.Name == name).Type)!,
    };

    /// <summary>Whether a sampler can run on an energy; if not, it refuses it, for example where it needs second derivatives.</summary>
    public static bool CanRun(string name, Energy energy)
    {
        try
        {
            _ = Options(name).Create(energy);
            return true;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }
}
