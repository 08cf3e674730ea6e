using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Samplers;

namespace Joule.Runs;

/// <summary>
/// Chains as earlier versions of Joule wrote them. These wrote <c>"temperature": 1</c> into every chain, also beside a noise scale, where it had no effect and where
/// no temperature can be given now.
/// </summary>
internal static class EarlierChains
{
    /// <summary>
    /// Takes that temperature out of the chains of a configuration. Only a chain with all its keys, as Joule writes it, and a temperature of exactly 1 beside a noise scale
    /// is changed: whoever sets a temperature himself is told that it has no effect.
    /// </summary>
    /// <param name="config">The configuration, or a part of one; changed in place.</param>
    public static void Accept(JsonObject config)
    {
        foreach (string part in (string[])["negatives", "sampling"])
        {
            if (config[part] is JsonObject owner && owner["chain"] is JsonObject chain && IsEarlier(chain))
                chain["temperature"] = null;
        }
    }

    private static bool IsEarlier(JsonObject chain)
    {
        foreach (OptionKey key in OptionKey.Of(typeof(LangevinOptions)))
        {
            if (!chain.ContainsKey(key.Name))
                return false;
        }
        return chain["noise_scale"]?.GetValueKind() == JsonValueKind.Number && chain["temperature"] is JsonValue value
            && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double temperature) && temperature == 1;
    }
}
