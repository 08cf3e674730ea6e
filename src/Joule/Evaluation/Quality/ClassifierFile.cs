using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.Networks;

namespace Joule.Evaluation;

/// <summary>
/// The file of an <see cref="ImageClassifier"/>: safetensors, with the fingerprint of its images and recipe and a checksum in its metadata.
/// </summary>
internal static class ClassifierFile
{
    private const string Fingerprint = "images", Error = "test_error", Scale = "scale", Sum = "sha256";

    /// <summary>Writes a classifier atomically.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="classifier">The classifier.</param>
    /// <param name="fingerprint">The fingerprint of its images and recipe.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, ImageClassifier classifier, string fingerprint)
    {
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            ["format"] = "pt",
            [Fingerprint] = fingerprint,
            [Error] = classifier.TestError.ToString("R", CultureInfo.InvariantCulture),
            [Scale] = classifier.Scale.ToString("R", CultureInfo.InvariantCulture),
        };
        List<NamedTensor> tensors = [];
        foreach ((string name, Network network, Parameter parameter) in Parameters(classifier))
            tensors.Add(new NamedTensor(name, parameter.Dimensions, network.Read(parameter)));
        metadata[Sum] = SumOf(tensors, metadata);
        SafeTensors.Write(path, tensors, metadata);
    }

    /// <summary>Reads a classifier and checks every byte of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device.</param>
    /// <param name="images">The images of which it is one.</param>
    /// <param name="fingerprint">Their fingerprint.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or of other images.</exception>
    public static ImageClassifier Read(string path, Device device, LabelledImages images, string fingerprint)
    {
        SafeTensorsContent content = SafeTensors.Read(path);
        if (!content.Metadata.TryGetValue(Fingerprint, out string? of) || of != fingerprint
            || !content.Metadata.TryGetValue(Sum, out string? sum) || sum != SumOf(content.Tensors, content.Metadata)
            || !double.TryParse(content.Metadata.GetValueOrDefault(Error), CultureInfo.InvariantCulture, out double error)
            || !float.TryParse(content.Metadata.GetValueOrDefault(Scale), CultureInfo.InvariantCulture, out float scale))
        {
            throw new InvalidInputException($"{path} is not the classifier of these images, or its content was changed.");
        }
        ImageClassifier classifier = new(device, images.Shape, images.Classes) { TestError = error, Scale = scale };
        try
        {
            Dictionary<string, NamedTensor> tensors = content.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach ((string name, Network network, Parameter parameter) in Parameters(classifier))
            {
                if (!tensors.TryGetValue(name, out NamedTensor? tensor) || tensor.Floats?.Length != parameter.Length)
                    throw new InvalidInputException($"{path} has no tensor {name} of {parameter.Length} numbers.");
                network.Write(parameter, tensor.Floats);
            }
            classifier.Features.Commit();
            classifier.Head.Commit();
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private static IEnumerable<(string Name, Network Network, Parameter Parameter)> Parameters(ImageClassifier classifier) =>
    [
        .. classifier.Features.Plan.Parameters.Select(p => ($"features.{p.Name}", classifier.Features, p)),
        .. classifier.Head.Plan.Parameters.Select(p => ($"head.{p.Name}", classifier.Head, p)),
    ];

    // Of all tensors and of the other metadata.
    private static string SumOf(IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (key != Sum)
                hash.AppendData(Encoding.UTF8.GetBytes($"{key}={value};"));
        }
        foreach (NamedTensor tensor in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}:"));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Floats.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
