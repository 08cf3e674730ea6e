using Joule.Networks;
using Joule.States;

namespace Joule.Runs;

/// <summary>One layer of a network, as a table shows it.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Type">Its name in a configuration, for example <c>conv</c>.</param>
/// <param name="Output">The shape of what leaves it.</param>
/// <param name="Parameters">Floats of its parameters, those of inner layers included.</param>
public sealed record LayerRow(int Index, string Type, Shape Output, int Parameters);

/// <summary>What the layers of a network make of a state: shapes and sizes, without weights.</summary>
public static class LayerTable
{
    /// <summary>Compiles the layers one by one and notes what each gives.</summary>
    /// <param name="input">The shape of a state.</param>
    /// <param name="layers">The layers, from state to energy.</param>
    /// <exception cref="InvalidInputException">A layer does not fit.</exception>
    public static IReadOnlyList<LayerRow> Of(Shape input, IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        PlanBuilder builder = new(input);
        List<LayerRow> rows = new(layers.Count);
        try
        {
            int value = 0;
            for (int i = 0; i < layers.Count; i++)
            {
                int before = builder.ParameterLength;
                value = layers[i].Compile(builder, value, $"{i}");
                rows.Add(new LayerRow(i, Catalogue.NameOf(layers[i].GetType()) ?? layers[i].GetType().Name, builder.ShapeOf(value), builder.ParameterLength - before));
            }
        }
        finally
        {
            foreach (Operation operation in builder.Operations)
                operation.Dispose();
        }
        return rows;
    }
}
