using Joule.Compute;

namespace Joule.Samplers;

/// <summary>A launch of chains as a device sees it that does not run its body but a kernel of its own.</summary>
public interface IChainLaunch
{
    /// <summary>The transition, with its energy.</summary>
    Sampler Sampler { get; }

    /// <summary>The states, one row per chain, advanced in place.</summary>
    Rows States { get; }

    /// <summary>Steps of the launch.</summary>
    int Steps { get; }

    /// <summary>The draws of the launch's first step.</summary>
    RandomStream Noise { get; }

    /// <summary>The number of the first chain, as draws and errors count.</summary>
    uint FirstChain { get; }

    /// <summary>Programs that run on each block before its first step, in order; a device may run each on all chains.</summary>
    IReadOnlyList<DeviceProgram> Starts { get; }

    /// <summary>Receives each chain's energy where its last gradient was taken.</summary>
    Rows Energies { get; }

    /// <summary>Receives each chain's squared gradient norm there.</summary>
    Rows SquaredNorms { get; }

    /// <summary>Accepted proposals of each chain, as integers: the launch adds to them.</summary>
    Rows Accepted { get; }

    /// <summary>Divergent proposals of each chain, as integers: the launch adds to them.</summary>
    Rows Divergent { get; }

    /// <summary>The sum of |ΔH| of each chain, as float64: the launch adds to it.</summary>
    Rows EnergyErrors { get; }

    /// <summary>
    /// Receives the first step of each chain, from 0 within the part, at which its energy or gradient was not finite; 2³² − 1 for none. The
    /// host reads it after the launch, and reports the failure.
    /// </summary>
    Rows Failures { get; }

    /// <summary>Called by a device before each part of a launch that it cuts; waits for the part before, and checks it.</summary>
    /// <param name="done">Steps of the launch that were made.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    void BeginPart(int done);

    /// <summary>Stops the chains between steps.</summary>
    CancellationToken Cancellation { get; }
}
