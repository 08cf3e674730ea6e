namespace Joule.Networks;

/// <summary>Probabilities of classes, pₖ = exp(zₖ) / Σⱼ exp(zⱼ), in float64.</summary>
internal static class Softmax
{
    /// <summary>The mean cross-entropy −ln p(label), and its derivative with respect to every z: (p − 1[label]) / n.</summary>
    /// <param name="logits">z, n rows of K numbers.</param>
    /// <param name="labels">n classes.</param>
    /// <param name="weights">Receives n rows of K derivatives.</param>
    /// <returns>The mean cross-entropy, in nats.</returns>
    public static double Weigh(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> weights)
    {
        int classes = logits.Length / labels.Length;
        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * classes, classes);
            double largest = Largest(row), sum = Sum(row, largest);
            loss += largest + Math.Log(sum) - row[labels[i]];
            for (int k = 0; k < classes; k++)
            {
                double p = Math.Exp(row[k] - largest) / sum;
                weights[i * classes + k] = (float)((p - (k == labels[i] ? 1 : 0)) / labels.Length);
            }
        }
        return loss / labels.Length;
    }

    /// <summary>The energy −ln Σₖ exp(zₖ).</summary>
    /// <param name="logits">z, one per class.</param>
    public static float Energy(ReadOnlySpan<float> logits)
    {
        double largest = Largest(logits);
        return (float)-(largest + Math.Log(Sum(logits, largest)));
    }

    /// <summary>Adds a multiple of the derivative of <see cref="Energy"/>, which is −p.</summary>
    /// <param name="logits">z, one per class.</param>
    /// <param name="factor">The multiple.</param>
    /// <param name="weights">Receives one number per class.</param>
    public static void AddSlope(ReadOnlySpan<float> logits, double factor, Span<float> weights)
    {
        double largest = Largest(logits), sum = Sum(logits, largest);
        for (int k = 0; k < logits.Length; k++)
            weights[k] -= (float)(factor * Math.Exp(logits[k] - largest) / sum);
    }

    /// <summary>p, the probabilities of the classes.</summary>
    /// <param name="logits">z, one per class.</param>
    /// <param name="probabilities">Receives one number per class.</param>
    public static void Write(ReadOnlySpan<float> logits, Span<double> probabilities)
    {
        double largest = Largest(logits), sum = Sum(logits, largest);
        for (int k = 0; k < logits.Length; k++)
            probabilities[k] = Math.Exp(logits[k] - largest) / sum;
    }

    /// <summary>The most probable class and its probability; of equal ones the first.</summary>
    /// <param name="logits">z, one per class.</param>
    /// <param name="row">The row, for the error.</param>
    /// <exception cref="DivergenceException">A number is not finite.</exception>
    public static (int Class, double Probability) Top(ReadOnlySpan<float> logits, int row)
    {
        int bad = logits.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new DivergenceException("output of the classifier", 0, row, logits[bad]);
        int top = 0;
        for (int k = 1; k < logits.Length; k++)
        {
            if (logits[k] > logits[top])
                top = k;
        }
        return (top, 1 / Sum(logits, logits[top]));
    }

    private static double Largest(ReadOnlySpan<float> row)
    {
        float largest = row[0];
        foreach (float z in row)
            largest = Math.Max(largest, z);
        return largest;
    }

    private static double Sum(ReadOnlySpan<float> row, double largest)
    {
        double sum = 0;
        foreach (float z in row)
            sum += Math.Exp(z - largest);
        return sum;
    }
}
