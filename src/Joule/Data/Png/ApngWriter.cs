using System.Buffers.Binary;

namespace Joule.Data;

/// <summary>Writes an animated PNG: browsers play it in a loop; programs that only know PNG show its first frame.</summary>
public static class ApngWriter
{
    /// <summary>Writes an animation, atomically.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="frames">The frames, at least one, all of the same size and kind.</param>
    /// <param name="delayMilliseconds">How long a frame is shown, 1 to 65535 ms.</param>
    /// <param name="lastMilliseconds">How long the last frame is shown, 1 to 65535 ms; null: as long as the others.</param>
    /// <exception cref="InvalidInputException">
    /// The frames differ in size, a time is out of range, or the file cannot be written.
    /// </exception>
    public static void Write(string path, IReadOnlyList<PngImage> frames, int delayMilliseconds, int? lastMilliseconds = null)
    {
        Check(frames, delayMilliseconds, lastMilliseconds);
        AtomicFile.Write(path, stream => Encode(stream, frames, delayMilliseconds, lastMilliseconds));
    }

    /// <summary>Writes an animation to a stream.</summary>
    /// <param name="stream">Receives the file's bytes.</param>
    /// <param name="frames">The frames, at least one, all of the same size and kind.</param>
    /// <param name="delayMilliseconds">How long a frame is shown, 1 to 65535 ms.</param>
    /// <param name="lastMilliseconds">How long the last frame is shown, 1 to 65535 ms; null: as long as the others.</param>
    /// <exception cref="InvalidInputException">The frames differ in size, or a time is out of range.</exception>
    public static void Encode(Stream stream, IReadOnlyList<PngImage> frames, int delayMilliseconds, int? lastMilliseconds = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(frames, delayMilliseconds, lastMilliseconds);
        PngChunks.WriteStart(stream, frames[0]);
        Span<byte> control = stackalloc byte[8]; // the number of frames, then 0 for "without end"
        control.Clear();
        BinaryPrimitives.WriteInt32BigEndian(control, frames.Count);
        PngChunks.Write(stream, "acTL"u8, control);
        int sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            bool last = i == frames.Count - 1;
            WriteControl(stream, frames[i], sequence++, last ? lastMilliseconds ?? delayMilliseconds : delayMilliseconds);
            byte[] data = PngEncoder.Compress(frames[i]);
            if (i == 0)
            {
                PngChunks.Write(stream, "IDAT"u8, data);
                continue;
            }
            byte[] numbered = new byte[data.Length + 4];
            BinaryPrimitives.WriteInt32BigEndian(numbered, sequence++);
            data.CopyTo(numbered, 4);
            PngChunks.Write(stream, "fdAT"u8, numbered);
        }
        PngChunks.Write(stream, "IEND"u8, []);
    }

    private static void WriteControl(Stream stream, PngImage frame, int sequence, int milliseconds)
    {
        Span<byte> control = stackalloc byte[26]; // offsets, disposal and blending stay 0: each frame covers all and replaces the last
        control.Clear();
        BinaryPrimitives.WriteInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control[4..], frame.Width);
        BinaryPrimitives.WriteInt32BigEndian(control[8..], frame.Height);
        BinaryPrimitives.WriteUInt16BigEndian(control[20..], (ushort)milliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(control[22..], 1000);
        PngChunks.Write(stream, "fcTL"u8, control);
    }

    private static void Check(IReadOnlyList<PngImage> frames, int delay, int? last)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0)
            throw new InvalidInputException("An animation needs at least one frame.");
        foreach (int time in new[] { delay, last ?? delay })
        {
            if (time is < 1 or > ushort.MaxValue)
                throw new InvalidInputException($"A frame cannot be shown for {time} ms; 1 to {ushort.MaxValue} ms can be.");
        }
        for (int i = 1; i < frames.Count; i++)
        {
            if (frames[i].Width != frames[0].Width || frames[i].Height != frames[0].Height || frames[i].Channels != frames[0].Channels)
            {
                throw new InvalidInputException(
                    $"Frame {i} is {frames[i].Width}×{frames[i].Height} with {frames[i].Channels} channel(s), but frame 0 is "
                    + $"{frames[0].Width}×{frames[0].Height} with {frames[0].Channels}. All frames of an animation must be alike.");
            }
        }
    }
}
