using Joule.Cli.Plots;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>The landscape of a model of points in the plane, with samples and the divergence from the truth where that is known.</summary>
internal static class LandscapeOfPoints
{
    private const int Chains = 1000;

    /// <summary>Draws the picture of a model.</summary>
    /// <param name="device">The device that evaluates.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="divergence">How far it is from the truth; null where that is not known.</param>
    /// <param name="title">The title.</param>
    /// <param name="picture">Where the picture goes.</param>
    /// <param name="warn">Receives a warning where chains diverge.</param>
    /// <param name="cancellation">Stops the chains.</param>
    /// <exception cref="InvalidInputException">The model or the data cannot be used.</exception>
    public static void Save(Device device, Model model, DataSets data, DensityDivergence? divergence, string title, string picture,
        Action<string> warn, CancellationToken cancellation)
    {
        float[] samples = Samples(device, model, warn, cancellation);
        PointLandscape landscape = new(device, data.Transform, data.Test);
        using Sheet sheet = landscape.Draw(title, model.Energy, divergence, samples);
        sheet.Save(picture);
    }

    /// <summary>The divergence of an energy from the density of its data; null where that is not known or cannot be computed.</summary>
    public static DensityDivergence? Compare(Device device, Energy energy, DataSets data, Action<string> warn,
        CancellationToken cancellation, double tolerance = DensityDivergence.Tolerance)
    {
        if (!DensityDivergence.Fits(data.Transform))
            return null;
        try
        {
            return DensityDivergence.Of(device, energy, (DrawsTransform)data.Transform, data.Train, tolerance, cancellation);
        }
        catch (InvalidInputException e)
        {
            warn(e.Message);
            return null;
        }
    }

    /// <summary>The preset and the name of the run's folder or of the model file.</summary>
    public static string Title(string preset, string file)
    {
        string full = Path.GetFullPath(file);
        string name = Path.GetFileName(full) == Model.FileName ? Path.GetFileName(Path.GetDirectoryName(full)) ?? "" : Path.GetFileName(full);
        return name.StartsWith(preset, StringComparison.Ordinal) ? name : $"{preset}: {name}";
    }

    private static float[] Samples(Device device, Model model, Action<string> warn, CancellationToken cancellation)
    {
        using SampleDraw draw = new(device, model.Energy, model.Config, Chains, model.Config.Seed);
        draw.StartFromNoise();
        try
        {
            draw.Run(model.Config.Sampling.Steps, cancellation);
        }
        catch (DivergenceException e)
        {
            warn($"the landscape shows no samples: {e.Message}");
            return [];
        }
        return draw.Look().Span.ToArray();
    }
}
