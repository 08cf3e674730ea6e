using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;

namespace Joule.Runs;

/// <summary>How far a trained model is from the density of its data, where that is known: <c>divergence</c> of summary.json.</summary>
internal static class TruthFigures
{
    /// <summary>Compares a model with the truth; null where that is not known, or the model stands for no density.</summary>
    /// <param name="device">The device that evaluates.</param>
    /// <param name="model">The trained energy.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="data">Its data.</param>
    /// <param name="control">Notes why a divergence could not be computed.</param>
    public static DensityDivergence? Of(Device device, Energy model, RunConfig config, DataSets data, RollbackControl control)
    {
        if (!DensityDivergence.Fits(data.Transform) || config.DensityOf(model) is not { } density)
            return null;
        try
        {
            return DensityDivergence.Of(device, density, (DrawsTransform)data.Transform, data.Train);
        }
        catch (InvalidInputException e)
        {
            control.Note("divergence", e.Message);
            return null;
        }
    }

    /// <summary>The divergence for programs.</summary>
    public static JsonObject Json(DensityDivergence divergence) => new()
    {
        ["kl"] = divergence.Nats,
        ["error"] = double.IsFinite(divergence.Error) ? divergence.Error : null,
        ["log_partition"] = divergence.LogPartition,
        ["edge"] = divergence.Edge,
    };
}
