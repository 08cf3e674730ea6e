using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The format of a checkpoint: a model file with additional tensors. The model's weights have the same names as in
/// <c>model.safetensors</c>. Every other block and list of the <see cref="Snapshot"/> is called <c>training/…</c>; whole numbers take 4
/// bytes, the real numbers of the lists 8 bytes, little-endian. The last 32 bytes, the tensor <c>training/sha256</c>, are the SHA-256 of
/// all bytes before them.
/// </summary>
public sealed class CheckpointFile
{
    /// <summary>Prefix of the tensors that a model file does not have.</summary>
    internal const string Prefix = "training/";

    private const int FormatVersion = 2;
    private const string NotesKey = "joule.checkpoint";

    private readonly SnapshotFile _file;
    private readonly string _columns;

    /// <summary>Creates the format of one run's checkpoints.</summary>
    /// <param name="model">The model being trained.</param>
    /// <param name="figures">The run's figures.</param>
    public CheckpointFile(Model model, RunFigures figures)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(figures);
        _file = new SnapshotFile(Prefix, NotesKey)
        {
            Metadata = model.Metadata(),
            Model = model.Trained.Tensors,
            ModelBlocks = [Trainer.AverageName, Trainer.WeightsName],
        };
        _columns = figures.Columns.Header;
    }

    /// <summary>Writes a checkpoint atomically and flushes it to the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">The content.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path, Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        JsonObject notes = new() { ["version"] = FormatVersion, ["update"] = Trainer.UpdateOf(checkpoint.Numbers), ["columns"] = _columns };
        _file.Write(path, checkpoint, notes);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">Receives the content; undefined after an error.</param>
    /// <exception cref="InvalidInputException">The file is missing or damaged, or belongs to another run.</exception>
    public void Read(string path, Snapshot checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        InputFile.Read(path, stream =>
        {
            Read(stream, path, checkpoint);
            return true;
        });
    }

    /// <summary>Reads a checkpoint from a seekable stream that ends where the file ends.</summary>
    internal void Read(Stream stream, string path, Snapshot checkpoint) =>
        _file.Read(stream, path, checkpoint, header => CheckNotes(header, path));

    /// <summary>
    /// The update in the header of a checkpoint, or −1 if it cannot be read. The rest of the file is not checked;
    /// <see cref="Read(string, Snapshot)"/> does that.
    /// </summary>
    public static long UpdateOf(string path)
    {
        try
        {
            SnapshotFile file = new(Prefix, NotesKey);
            return InputFile.Read(path, stream => file.Notes(SnapshotFile.ReadHeader(stream, path), path, ReadNotes).Update ?? -1);
        }
        catch (InvalidInputException)
        {
            return -1;
        }
    }

    // Version, update and columns; null where missing or of another type.
    private static (string? Version, long? Update, string? Columns) ReadNotes(JsonElement notes) =>
        (notes.TryGetProperty("version", out JsonElement version) ? version.GetRawText() : null,
            notes.TryGetProperty("update", out JsonElement update) && update.TryGetInt64(out long number) ? number : null,
            notes.TryGetProperty("columns", out JsonElement columns) ? columns.GetString() : null);

    private void CheckNotes(SafeTensorsHeader header, string path)
    {
        (string? version, _, string? columns) = _file.Notes(header, path, ReadNotes);
        if (version != FormatVersion.ToString(CultureInfo.InvariantCulture))
        {
            throw InvalidInputException.At(path, header.MetadataOffset,
                    $"this is a checkpoint of format version {MessageText.Of(version ?? "?")}. This Joule reads version {FormatVersion}. "
                    + "Start the run again in a new folder.");
        }
        if (columns != _columns)
        {
            throw InvalidInputException.At(path, header.MetadataOffset,
                $"the checkpoint's metrics have other columns than this run, {_columns}. It belongs to another run.");
        }
    }
}
