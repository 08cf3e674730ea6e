using Joule.Compute;
using Joule.Energies;

namespace Joule.Evaluation;

/// <summary>One rule of a <see cref="DensityDivergence"/>: the energies of model and truth at all nodes, and what follows from them.</summary>
internal static class DensitySums
{
    private const int Batch = 4096;

    /// <summary>Sums over a grid of panels.</summary>
    /// <param name="device">The device that evaluates.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">The transform of the data, which knows their density.</param>
    /// <param name="across">The range of the first number, in the units of the states.</param>
    /// <param name="up">The range of the second.</param>
    /// <param name="panels">Panels of a side.</param>
    public static DensityDivergence Of(Device device, Energy model, DrawsTransform data, (double Low, double High) across,
        (double Low, double High) up, int panels)
    {
        (double[] x, double[] weightsX) = GaussLegendre.On(across.Low, across.High, panels);
        (double[] y, double[] weightsY) = GaussLegendre.On(up.Low, up.High, panels);
        int side = x.Length, nodes = side * side;
        float[] modelled = new float[nodes], known = new float[nodes];
        Evaluate(device, model, modelled, (node, state) => Point(node, state));
        Evaluate(device, data.Truth, known, (node, state) =>
        {
            Point(node, state);
            data.ToSource(state);
        });
        double lowestModel = Lowest(modelled, "the model"), lowestTruth = Lowest(known, "the truth");
        double sumModel = 0, sumTruth = 0, cross = 0, edge = 0;
        int frame = Math.Max(GaussLegendre.Order, side / 16);
        for (int node = 0; node < nodes; node++)
        {
            int column = node % side, row = node / side;
            double weight = weightsX[column] * weightsY[row];
            double ofModel = weight * Math.Exp(lowestModel - modelled[node]), ofTruth = weight * Math.Exp(lowestTruth - known[node]);
            sumModel += ofModel;
            sumTruth += ofTruth;
            cross += ofTruth * ((double)modelled[node] - known[node]);
            if (Math.Min(column, row) < frame || Math.Max(column, row) >= side - frame)
                edge += ofModel;
        }
        double logModel = Math.Log(sumModel) - lowestModel, logTruth = Math.Log(sumTruth) - lowestTruth;
        return new DensityDivergence(cross / sumTruth + logModel - logTruth, double.PositiveInfinity, logModel, across, up, edge / sumModel,
            nodes);

        void Point(int node, Span<float> state) => (state[0], state[1]) = ((float)x[node % side], (float)y[node / side]);
    }

    private static void Evaluate(Device device, Energy energy, float[] energies, RowWriter point)
    {
        using DeviceBuffer memory = device.Allocate(2L * Batch);
        using EnergyEvaluation evaluation = new(device, energy);
        for (int start = 0; start < energies.Length; start += Batch)
        {
            int first = start;
            Rows rows = memory.AsRows(Math.Min(Batch, energies.Length - start), 2);
            device.Write(rows, (row, state) => point(first + row, state));
            evaluation.Run(rows, energies, start);
        }
    }

    // An energy of +∞ is a density of 0; every other non-finite one says that there is no density.
    private static double Lowest(float[] energies, string whose)
    {
        float lowest = float.PositiveInfinity;
        foreach (float energy in energies)
        {
            if (float.IsNaN(energy) || float.IsNegativeInfinity(energy))
            {
                throw new InvalidInputException($"The energy of {whose} is {energy} at a node of the quadrature, so it is no density "
                    + "there. Train it again with a smaller learning rate.");
            }
            lowest = Math.Min(lowest, energy);
        }
        return float.IsFinite(lowest) ? lowest
            : throw new InvalidInputException($"The energy of {whose} is infinite everywhere in the rectangle of its data.");
    }
}
