using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The states that an autoencoder's decoder gives. The maps use the parameters of the last run of <see cref="CommitProgram"/>; before it,
/// all parameters are zero. On a sphere, only the direction of a latent vector matters, and encoded ones have norm 1.
/// </summary>
public sealed class AutoencoderManifold : IManifold, IDisposable
{
    private readonly PartNetwork _encoder, _decoder;
    private readonly StateSpace _states;

    internal AutoencoderManifold(Device device, StateSpace states, AutoencoderLayers layers, Rows parameters)
    {
        _states = states;
        IsSphere = layers.IsSphere;
        LatentSpace = StateSpace.Real(Shape.Vector(layers.Latent));
        _encoder = new PartNetwork(device, states.Shape, layers.ToLatent, parameters);
        int offset = _encoder.Plan.ParameterLength;
        Rows rest = new(parameters.Buffer, parameters.Offset + offset, 1, parameters.Length - offset);
        try
        {
            _decoder = new PartNetwork(device, LatentSpace.Shape, layers.FromLatent, rest);
        }
        catch
        {
            _encoder.Dispose();
            throw;
        }
        CommitProgram = new PackProgram(_encoder, _decoder);
    }

    /// <inheritdoc/>
    public StateSpace LatentSpace { get; }

    /// <inheritdoc/>
    public bool IsSphere { get; }

    /// <inheritdoc/>
    public int BlockRows => _decoder.Plan.BlockRows;

    /// <summary>The program that makes changed parameters take effect.</summary>
    public DeviceProgram CommitProgram { get; }

    /// <inheritdoc/>
    public void Encode(Rows states, Rows latents)
    {
        Check(states, _states, "states");
        Check(latents, LatentSpace, "latent vectors", states.Count);
        _encoder.Evaluate(states, latents);
    }

    /// <inheritdoc/>
    public void Decode(Rows latents, Rows states)
    {
        Check(latents, LatentSpace, "latent vectors");
        Check(states, _states, "states", latents.Count);
        _decoder.Evaluate(latents, states);
    }

    /// <inheritdoc/>
    public void Gradient(IDifferentiable energy, Rows latents, Rows energies, Rows gradient)
    {
        ArgumentNullException.ThrowIfNull(energy);
        Check(latents, LatentSpace, "latent vectors");
        Check(gradient, LatentSpace, "gradients", latents.Count);
        NetworkPullback workspace = _decoder.Rent(out int place);
        try
        {
            for (int start = 0; start < latents.Count; start += BlockRows)
            {
                int count = Math.Min(BlockRows, latents.Count - start);
                Rows states = workspace.Forward(latents.Slice(start, count));
                energy.Gradient(states, energies.Slice(start, count), workspace.OutputGradient);
                workspace.Reverse(gradient.Slice(start, count));
            }
        }
        finally
        {
            _decoder.Return(workspace, place);
        }
    }

    /// <summary>Frees the memory, but not the parameters.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private static void Check(in Rows rows, StateSpace space, string what, int least = 0)
    {
        if (rows.Width != space.Width || rows.Count < least)
        {
            throw new InvalidInputException($"An autoencoder needs at least {least} {what} of {space.Width} numbers; "
                + $"it was given {rows.Count} rows of {rows.Width}.");
        }
    }

    private sealed class PackProgram(PartNetwork encoder, PartNetwork decoder) : DeviceProgram
    {
        public override string Name => "the packing of an autoencoder's parameters";

        public override int Count => encoder.Plan.PackTasks + decoder.Plan.PackTasks;

        protected override void Run(int start, int count, int lane)
        {
            if (start < encoder.Plan.PackTasks)
                encoder.Pack(start);
            else
                decoder.Pack(start - encoder.Plan.PackTasks);
        }
    }
}
