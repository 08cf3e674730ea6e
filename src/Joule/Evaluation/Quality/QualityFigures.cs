namespace Joule.Evaluation;

/// <summary>What <see cref="SampleQuality"/> measures of a set of images.</summary>
/// <param name="Count">Number of images. A Fréchet distance falls with it: compare equal numbers only.</param>
/// <param name="Recognised">The share whose class has a probability above 0.9.</param>
/// <param name="Shares">The share of each class.</param>
/// <param name="Frechet">
/// The Fréchet distance of their features to those of all test images, in units of the mean variance of a feature.
/// </param>
/// <param name="Kernel">The kernel distance (MMD²) of their features to those of all test images; 0 on average for data.</param>
/// <param name="Precision">The share of images in the manifold of test images.</param>
/// <param name="Recall">The share of test images in the manifold of the images.</param>
/// <param name="Duplicates">
/// The share whose nearest fellow is closer than the 1% quantile of that distance among as many test images; about 0.01 for data.
/// </param>
/// <param name="Copies">
/// The share whose nearest training image is closer than the 1% quantile of that distance for test images; about 0.01 for new data.
/// </param>
public sealed record QualityFigures(
    int Count,
    double Recognised,
    IReadOnlyList<double> Shares,
    double Frechet,
    double Kernel,
    double Precision,
    double Recall,
    double Duplicates,
    double Copies);
