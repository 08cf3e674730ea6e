using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;

namespace Joule.Cli.Commands;

/// <summary>How far a model is from the known density of its data, for readers and for programs.</summary>
internal static class DivergenceText
{
    private const double MuchAtEdge = 1e-3;

    /// <summary>One line.</summary>
    public static string Line(DensityDivergence divergence)
    {
        string edge = divergence.Edge <= MuchAtEdge ? "" : string.Create(CultureInfo.InvariantCulture,
            $"; {divergence.Edge:0.#%} of the model lies at the edges of the rectangle, so it may go on outside");
        return string.Create(CultureInfo.InvariantCulture,
            $"KL(truth‖model) {divergence.Nats:0.0000} nats, by quadrature to ±{divergence.Error:0.0000}{edge}.");
    }

    /// <summary>Writes <c>divergence</c>: an object, or null where the truth is not known.</summary>
    public static void Json(Utf8JsonWriter json, DensityDivergence? divergence)
    {
        if (divergence is null)
        {
            json.WriteNull("divergence");
            return;
        }
        json.WriteStartObject("divergence");
        JsonLine.Number(json, "kl", divergence.Nats);
        JsonLine.Number(json, "error", divergence.Error);
        JsonLine.Number(json, "log_partition", divergence.LogPartition);
        JsonLine.Number(json, "edge", divergence.Edge);
        json.WriteEndObject();
    }
}
