namespace Joule.Samplers;

/// <summary>Weighted states that agree with a row where it has values: draws of its missing values given the others.</summary>
public sealed class MissingDraws
{
    internal MissingDraws(float[] states, int width, double[] weights, double meanEnergy, double freeEnergy)
    {
        (States, Width, Weights, MeanEnergy, FreeEnergy) = (states, width, weights, meanEnergy, freeEnergy);
        double squares = 0;
        foreach (double weight in weights)
            squares += weight * weight;
        Effective = 1 / squares;
    }

    /// <summary>The states, one after another.</summary>
    public IReadOnlyList<float> States { get; }

    /// <summary>Numbers of a state.</summary>
    public int Width { get; }

    /// <summary>The weight of each state, of sum 1.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>1/Σw²: how many draws of equal weight they are worth (Kong 1992).</summary>
    public double Effective { get; }

    /// <summary>The mean energy of complete rows, in nats: on the scale of rows without missing values.</summary>
    public double MeanEnergy { get; }

    /// <summary>
    /// −ln ∫ exp(−E) over the missing columns, in nats; its error has a deviation of about 1/√<see cref="Effective"/>. NaN where chains
    /// without a proposal density were run.
    /// </summary>
    public double FreeEnergy { get; }

    /// <summary>One of the states.</summary>
    /// <param name="index">Which.</param>
    public ReadOnlySpan<float> this[int index] => ((float[])States).AsSpan(index * Width, Width);

    /// <summary>The state with the given place in the cumulative weights.</summary>
    /// <param name="share">The place, from 0 to 1.</param>
    public int Pick(double share)
    {
        int index = 0;
        for (double sum = Weights[0]; sum < share && index < Weights.Count - 1;)
            sum += Weights[++index];
        return index;
    }
}
