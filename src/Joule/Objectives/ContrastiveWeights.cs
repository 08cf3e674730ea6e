namespace Joule.Objectives;

/// <summary>The figures of one contrastive update, in nats (nats² for the regularisation).</summary>
/// <param name="DataEnergy">Mean energy of the data.</param>
/// <param name="NegativeEnergy">Mean energy of the negatives.</param>
/// <param name="Regularization">α · (mean E² of the data + mean E² of the negatives).</param>
public readonly record struct ContrastiveFigures(double DataEnergy, double NegativeEnergy, double Regularization)
{
    /// <summary>Standard deviation of the energies of the data.</summary>
    public double DataSpread { get; init; }

    /// <summary>Standard deviation of the energies of the negatives.</summary>
    public double NegativeSpread { get; init; }

    /// <summary>Energy of the data minus energy of the negatives.</summary>
    public double Divergence => DataEnergy - NegativeEnergy;

    /// <summary>The objective.</summary>
    public double Loss => Divergence + Regularization;
}

/// <summary>
/// The weights of contrastive divergence: the gradient of mean E(data) − mean E(negatives) + α (mean E(data)² + mean E(negatives)²), with
/// the negatives held fixed (Hinton 2002; the regularisation as in Du and Mordatch 2019). The gradient of ±E + αE² is (±1 + 2αE)∇θE, so it
/// takes one weight per state.
/// </summary>
public static class ContrastiveWeights
{
    /// <summary>Turns energies into weights.</summary>
    /// <param name="regularization">α, at least 0, in 1/nat.</param>
    /// <param name="energies">Energies in nats: first those of the data, then those of the negatives.</param>
    /// <param name="dataCount">Number of data energies.</param>
    /// <param name="weights">Receives one weight per energy.</param>
    /// <param name="update">The update, counted from 0, for the error.</param>
    /// <exception cref="InvalidInputException">α is out of range.</exception>
    /// <exception cref="DivergenceException">An energy is non-finite.</exception>
    public static ContrastiveFigures Weigh(
        double regularization,
        ReadOnlySpan<float> energies,
        int dataCount,
        Span<float> weights,
        long update)
    {
        if (!(regularization >= 0) || !double.IsFinite(regularization))
            throw new InvalidInputException($"The energy regularisation is {regularization}; it must be at least 0 and finite.");
        int negativeCount = energies.Length - dataCount;
        double data = 0, negative = 0, dataSquares = 0, negativeSquares = 0;
        for (int i = 0; i < energies.Length; i++)
        {
            double e = energies[i];
            if (!double.IsFinite(e))
            {
                (string what, int row) = i < dataCount ? ("energy of the data", i) : ("energy of the negatives", i - dataCount);
                throw new DivergenceException(what, update + 1, row, e);
            }
            if (i < dataCount)
            {
                data += e;
                dataSquares += e * e;
                weights[i] = (float)((1 + 2 * regularization * e) / dataCount);
            }
            else
            {
                negative += e;
                negativeSquares += e * e;
                weights[i] = (float)((-1 + 2 * regularization * e) / negativeCount);
            }
        }
        EnergyMoments ofData = new(data, dataSquares), ofNegatives = new(negative, negativeSquares);
        return new ContrastiveFigures(ofData.Mean(dataCount), ofNegatives.Mean(negativeCount),
            regularization * (dataSquares / dataCount + negativeSquares / negativeCount))
        {
            DataSpread = ofData.Spread(dataCount),
            NegativeSpread = ofNegatives.Spread(negativeCount),
        };
    }
}
