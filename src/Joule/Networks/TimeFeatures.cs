namespace Joule.Networks;

/// <summary>The features sin ωt and cos ωt of a time, with ω = π/2, π, 2π, …, and their derivatives with respect to t.</summary>
internal static class TimeFeatures
{
    /// <summary>Writes one derivative of all features.</summary>
    /// <param name="time">t.</param>
    /// <param name="derivative">Which derivative, from 0; 0 for the features themselves.</param>
    /// <param name="features">Receives an even number of features: a sine and a cosine for each ω.</param>
    public static void Write(float time, int derivative, Span<float> features)
    {
        double frequency = Math.PI / 2;
        for (int i = 0; i < features.Length; i += 2, frequency *= 2)
        {
            // Each derivative multiplies by ω and is a quarter of a period ahead.
            (double sine, double cosine) = Math.SinCos(frequency * time);
            double scale = Math.Pow(frequency, derivative);
            (double first, double second) = (derivative % 4) switch
            {
                0 => (sine, cosine),
                1 => (cosine, -sine),
                2 => (-sine, -cosine),
                _ => (-cosine, sine),
            };
            (features[i], features[i + 1]) = ((float)(scale * first), (float)(scale * second));
        }
    }
}
