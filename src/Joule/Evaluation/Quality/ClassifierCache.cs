using Joule.Compute;
using Joule.Data;

namespace Joule.Evaluation;

/// <summary>
/// Opens the classifier of labelled images: from the data cache, or trained, once, and kept there. Its file is named by the images, their
/// classes and the version of the recipe.
/// </summary>
public static class ClassifierCache
{
    /// <summary>The folder of classifiers in the data cache.</summary>
    public const string Folder = "classifiers";

    /// <summary>Opens a classifier.</summary>
    /// <param name="device">The device.</param>
    /// <param name="images">The images.</param>
    /// <param name="cache">The data cache.</param>
    /// <param name="log">Receives a line for what is unexpected: a damaged file, or a cache that cannot be written.</param>
    /// <param name="progress">Receives the progress of a training; may be null.</param>
    /// <param name="cancellation">Cancels a training; nothing is written then.</param>
    /// <exception cref="DivergenceException">The training diverged.</exception>
    public static ImageClassifier Open(Device device, LabelledImages images, DataCache cache, Action<string> log,
        Action<QualityProgress>? progress = null, CancellationToken cancellation = default) =>
        Open(device, images, cache, new ClassifierTraining(), log, progress, cancellation);

    /// <summary>Opens a classifier of another recipe.</summary>
    internal static ImageClassifier Open(Device device, LabelledImages images, DataCache cache, ClassifierTraining recipe,
        Action<string> log, Action<QualityProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(log);
        string fingerprint = images.Fingerprint($"classifier {ClassifierTraining.Version}: {recipe};");
        string folder = Path.Combine(cache.Root, Folder), path = Path.Combine(folder, $"{fingerprint[..32]}.safetensors");
        if (File.Exists(path))
        {
            try
            {
                return ClassifierFile.Read(path, device, images, fingerprint);
            }
            catch (InvalidInputException damage)
            {
                log($"{damage.Message} The classifier is trained anew.");
            }
        }
        ImageClassifier classifier = recipe.Run(device, images, progress, cancellation);
        try
        {
            DataCache.CreateFolder(folder);
            ClassifierFile.Write(path, classifier, fingerprint);
        }
        catch (InvalidInputException failure)
        {
            log($"{failure.Message} The classifier is not kept; it will be trained again.");
        }
        return classifier;
    }
}
