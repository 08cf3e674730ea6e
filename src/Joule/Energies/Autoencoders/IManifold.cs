using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A surface in the space of states, given by a map from latent vectors to states and one back. Any number of threads may use it at once,
/// within the body of a program.
/// </summary>
public interface IManifold
{
    /// <summary>The space of latent vectors.</summary>
    StateSpace LatentSpace { get; }

    /// <summary>Whether only the direction of a latent vector matters.</summary>
    bool IsSphere { get; }

    /// <summary>Number of latent vectors that a worker should decode together.</summary>
    int BlockRows { get; }

    /// <summary>Finds the latent vectors of some states, on the calling thread.</summary>
    /// <param name="states">n rows.</param>
    /// <param name="latents">Receives n rows of the width of <see cref="LatentSpace"/>.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Encode(Rows states, Rows latents);

    /// <summary>Finds the states of some latent vectors, on the calling thread.</summary>
    /// <param name="latents">n rows of the width of <see cref="LatentSpace"/>.</param>
    /// <param name="states">Receives n rows. They may lie outside the walls of the states' space.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Decode(Rows latents, Rows states);

    /// <summary>Evaluates an energy on the states of some latent vectors z: E(decode(z)), and its gradient with respect to z.</summary>
    /// <param name="energy">The energy, on the manifold's states.</param>
    /// <param name="latents">n rows of the width of <see cref="LatentSpace"/>.</param>
    /// <param name="energies">Receives n energies, in nats.</param>
    /// <param name="gradient">Receives n rows.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Gradient(IDifferentiable energy, Rows latents, Rows energies, Rows gradient);
}

/// <summary>An energy with an encoder and a decoder of its states.</summary>
public interface IAutoencoding
{
    /// <summary>
    /// Creates the manifold of the decoder's states. It takes parameters as they are when the program of
    /// <see cref="AutoencoderManifold.CommitProgram"/> runs.
    /// </summary>
    /// <param name="parameters">
    /// One row as <see cref="ITrainable.Parameters"/>: those of the energy, or a copy that stays as it is.
    /// </param>
    /// <exception cref="InvalidInputException">The number of parameters is wrong.</exception>
    AutoencoderManifold CreateManifold(Rows parameters);
}
