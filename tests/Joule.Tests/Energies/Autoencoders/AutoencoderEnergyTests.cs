using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class AutoencoderEnergyTests : IDisposable
{
    private const int Rows = 5;

    private static readonly StateSpace OfVectors = StateSpace.Real(Shape.Vector(5)), OfImages = StateSpace.Box(new Shape(2, 6, 6), -2, 2);

    private readonly Device _device = Device.Cpu(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void It_is_the_squared_error_of_decoding_what_was_encoded()
    {
        foreach ((StateSpace space, AutoencoderEnergyOptions options) in Both())
        {
            using AutoencoderEnergy energy = Autoencoders.Of(_device, space, options);
            using AutoencoderManifold manifold = energy.CreateManifold(energy.Parameters);
            _device.Launch(manifold.CommitProgram);
            Rows states = TestRows.Normal(Rows, space.Width, 1), latents = TestRows.Empty(Rows, options.Latent),
                back = TestRows.Empty(Rows, space.Width);
            manifold.Encode(states, latents);
            manifold.Decode(latents, back);
            float[] energies = new float[Rows];
            energy.Evaluate(states, energies);
            for (int i = 0; i < Rows; i++)
            {
                double error = 0, norm = 0;
                for (int j = 0; j < space.Width; j++)
                    error += Math.Pow(states[i][j] - back[i][j], 2);
                foreach (float number in latents[i])
                    norm += (double)number * number;
                Assert.Equal(error / (2 * options.Deviation * options.Deviation), energies[i], 1e-5 * error);
                Assert.Equal(options.Sphere, Math.Abs(norm - 1) < 1e-6);
            }
        }
    }

    [Fact]
    public void Only_the_direction_of_a_latent_vector_matters_on_a_sphere()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, OfImages, Autoencoders.Images);
        using AutoencoderManifold manifold = energy.CreateManifold(energy.Parameters);
        _device.Launch(manifold.CommitProgram);
        Rows one = TestRows.Normal(1, 4, 2), longer = TestRows.Empty(1, 4);
        Kernels.Scale(one, 4, longer, false);
        Rows a = TestRows.Empty(1, OfImages.Width), b = TestRows.Empty(1, OfImages.Width);
        manifold.Decode(one, a);
        manifold.Decode(longer, b);
        Assert.True(TestRows.SameBits(a.Span, b.Span));
    }

    // The reference is made of layers whose derivatives are checked against float64: x + body(x) with the last layer negated.
    [Fact]
    public void Its_derivatives_along_directions_are_those_of_a_residual_network()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, OfVectors, Autoencoders.Dense);
        using NetworkEnergy reference = new(new Network(_device, OfVectors.Shape,
            [
                new ResidualLayer
                {
                    Body = [.. Autoencoders.Dense.Encoder, new DenseLayer { Outputs = 3 }, .. Autoencoders.Dense.Decoder,
                        new DenseLayer { Outputs = 5 }],
                },
                new SquareLayer(), new SumLayer(), new DenseLayer { Outputs = 1, Bias = false },
            ]), OfVectors);
        int length = energy.Parameters.Length;
        float[] parameters = energy.Parameters.Span.ToArray();
        for (int i = length - 7 * 5 - 5; i < length; i++)
            parameters[i] = -parameters[i];
        _device.Upload([.. parameters, 2], reference.Parameters); // 1 / 2s² = 2
        reference.Commit();

        Rows states = TestRows.Normal(Rows, 5, 1), directions = TestRows.Normal(Rows, 5, 2);
        float[] weights = TestRows.Normal(1, 3 * Rows, 3).Span.ToArray();
        float[] expected = new float[3 * Rows], actual = new float[3 * Rows];
        using IDirectionalPass one = energy.CreatePass(Rows, 2), other = reference.CreatePass(Rows, 2);
        _device.Download(one.ForwardAlong(states, directions), actual);
        _device.Download(other.ForwardAlong(states, directions), expected);
        Assert.InRange(TestRows.RelativeError(actual, TestRows.Doubles(expected)), 0, 1e-5);
        one.ReverseAlong(weights);
        other.ReverseAlong(weights);
        float[] gradient = one.ParameterGradient.Span.ToArray(), wanted = other.ParameterGradient.Span[..length].ToArray();
        for (int i = length - 7 * 5 - 5; i < length; i++)
            wanted[i] = -wanted[i];
        Assert.InRange(TestRows.RelativeError(gradient, TestRows.Doubles(wanted)), 0, 1e-5);
    }

    [Fact]
    public void A_sphere_has_no_derivatives_along_directions_and_says_so()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, OfImages, Autoencoders.Images);
        Assert.Contains("along directions", Assert.Throws<InvalidInputException>(() => energy.CreatePass(2, 1)).Message);
    }

    [Fact]
    public void A_manifold_keeps_the_parameters_of_its_last_commit()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, OfVectors, Autoencoders.Dense);
        using AutoencoderManifold manifold = energy.CreateManifold(energy.Parameters);
        Rows latents = TestRows.Normal(1, 3, 2), before = TestRows.Empty(1, 5), after = TestRows.Empty(1, 5);
        _device.Launch(manifold.CommitProgram);
        manifold.Decode(latents, before);
        energy.Initialize(9);
        _device.Launch(manifold.CommitProgram);
        manifold.Decode(latents, after);
        Assert.False(TestRows.SameBits(before.Span, after.Span));
    }

    [Fact]
    public void A_decoder_of_other_states_is_refused()
    {
        AutoencoderEnergyOptions options = Autoencoders.Images with
        {
            Decoder = [new TransposedConvolutionLayer { Outputs = 8, Kernel = 3 }],
        };
        Assert.Contains("in another shape", Assert.Throws<InvalidInputException>(
            () => new AutoencoderEnergy(_device, OfImages, options)).Message);
    }

    [Fact]
    public void Rows_and_parameters_that_do_not_fit_are_refused()
    {
        using AutoencoderEnergy energy = Autoencoders.Of(_device, OfVectors, Autoencoders.Dense);
        using AutoencoderManifold manifold = energy.CreateManifold(energy.Parameters);
        Rows states = TestRows.Empty(2, 5), latents = TestRows.Empty(2, 3), few = TestRows.Empty(1, 3);
        Assert.Contains("latent vectors", Assert.Throws<InvalidInputException>(() => manifold.Encode(states, few)).Message);
        Assert.Contains("states", Assert.Throws<InvalidInputException>(() => manifold.Encode(latents, latents)).Message);
        Assert.Contains("latent vectors", Assert.Throws<InvalidInputException>(() => manifold.Decode(states, states)).Message);
        Assert.Contains("parameters", Assert.Throws<InvalidInputException>(() => energy.CreateManifold(latents)).Message);
    }

    [Fact]
    public void The_layers_are_listed_and_tensors_are_named_by_encoder_and_decoder()
    {
        IReadOnlyList<LayerRow> rows = Autoencoders.Dense.ListLayers(OfVectors.Shape);
        Assert.Equal(["dense", "silu", "dense", "dense", "tanh", "dense"], rows.Select(r => r.Type));
        Assert.Equal([0, 1, 2, 3, 4, 5], rows.Select(r => r.Index));
        using AutoencoderEnergy energy = Autoencoders.Of(_device, OfVectors, Autoencoders.Dense);
        Assert.Equal(energy.Parameters.Length, rows.Sum(r => r.Parameters));
        Assert.Equal(
            ["encoder.0.weight", "encoder.0.bias", "encoder.2.weight", "encoder.2.bias", "decoder.0.weight", "decoder.0.bias",
            "decoder.2.weight", "decoder.2.bias"],
            energy.Tensors.Select(t => t.Name));
    }

    private static IEnumerable<(StateSpace Space, AutoencoderEnergyOptions Options)> Both() =>
        [(OfVectors, Autoencoders.Dense), (OfImages, Autoencoders.Images),
        (OfImages, Autoencoders.Images with { Decoder = [new DenseLayer { Outputs = 9 }, new SiluLayer()], Sphere = false })];
}
