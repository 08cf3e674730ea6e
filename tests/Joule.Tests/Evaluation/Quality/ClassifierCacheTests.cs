using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ClassifierCacheTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("joule-classifiers-").FullName;
    private readonly Device _device = Device.Cpu(2);
    private readonly List<string> _log = [];
    private int _updates;

    private string Folder => Path.Combine(_root, ClassifierCache.Folder);

    [Fact]
    public void A_classifier_is_trained_once_and_read_back_with_equal_bits()
    {
        (float[] weights, double error) = Open(_root);
        Assert.Equal(60, _updates);
        string file = Assert.Single(Directory.GetFiles(Folder));
        (float[] again, double errorAgain) = Open(_root);
        Assert.Equal(60, _updates);
        Assert.True(TestRows.SameBits(weights, again));
        Assert.Equal(error, errorAgain);
        Assert.Empty(_log);
        // Another recipe or other images have a file of their own.
        Open(_root, Bars.Recipe with { Decay = 0.5 });
        Open(_root, images: Bars.Labelled(91));
        Assert.Equal((180, 3), (_updates, Directory.GetFiles(Folder).Length));
        Assert.Contains(file, Directory.GetFiles(Folder));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("a weight")]
    [InlineData("the test error")]
    [InlineData("of other images")]
    public void A_damaged_file_is_said_and_replaced(string damage)
    {
        Open(_root);
        string file = Assert.Single(Directory.GetFiles(Folder));
        byte[] good = File.ReadAllBytes(file), bad = [.. good];
        if (damage == "cut")
            bad = bad[..^3];
        else if (damage == "a weight")
            bad[^5] ^= 1;
        else if (damage == "the test error")
            bad[bad.AsSpan().IndexOf("test_error"u8) + 13] ^= 2; // another digit
        else
        {
            Open(_root, images: Bars.Labelled(91));
            bad = File.ReadAllBytes(Directory.GetFiles(Folder).Single(f => f != file));
        }
        File.WriteAllBytes(file, bad);
        int before = _updates;
        Open(_root);
        Assert.Equal(before + 60, _updates);
        Assert.Contains("trained anew", Assert.Single(_log), StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_said()
    {
        string file = Path.Combine(_root, "a file");
        File.WriteAllText(file, "");
        Open(file);
        Assert.Contains("not kept", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_training_leaves_nothing()
    {
        using CancellationTokenSource source = new();
        Assert.ThrowsAny<OperationCanceledException>(() => ClassifierCache.Open(
            _device, Bars.Labelled(), new DataCache(_root), Bars.Recipe, _log.Add, _ => source.Cancel(), source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private (float[] Weights, double Error) Open(string root, ClassifierTraining? recipe = null, LabelledImages? images = null)
    {
        using ImageClassifier classifier = ClassifierCache.Open(_device, images ?? Bars.Labelled(), new DataCache(root),
            recipe ?? Bars.Recipe, _log.Add, _ => _updates++, TestContext.Current.CancellationToken);
        return ([.. classifier.Features.Parameters.Span, .. classifier.Head.Parameters.Span, classifier.Scale], classifier.TestError);
    }
}
