using Joule.States;

namespace Joule.Networks;

/// <summary>One layer of a network, as a row of a table.</summary>
/// <param name="Index">Its index, from 0.</param>
/// <param name="Type">Its name in a configuration, for example <c>conv</c>.</param>
/// <param name="Output">Its output shape.</param>
/// <param name="Parameters">Number of parameters, inner layers included.</param>
public sealed record LayerRow(int Index, string Type, Shape Output, int Parameters);

/// <summary>Shapes and sizes of a network's layers, without weights.</summary>
public static class LayerTable
{
    /// <summary>Compiles the layers one by one and lists their outputs.</summary>
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
                string type = Catalogue.NameOf(layers[i].GetType()) ?? layers[i].GetType().Name;
                rows.Add(new LayerRow(i, type, builder.ShapeOf(value), builder.ParameterLength - before));
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
