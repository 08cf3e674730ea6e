using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>Writes one row.</summary>
/// <param name="index">Which, from 0.</param>
/// <param name="row">Receives its numbers.</param>
public delegate void RowWriter(int index, Span<float> row);

/// <summary>
/// Where Joule computes: memory that the host need not see, and launches of whole programs. Floors above take memory, fill it by <see cref="Upload(ReadOnlySpan{float}, Rows)"/>,
/// launch programs, and look at results by <see cref="Download(Rows, Span{float})"/>; they never touch intrinsics, pointers or threads.
/// </summary>
public abstract class Device : IDisposable
{
    private static readonly Lazy<Device> SharedDevice = new(() => new CpuDevice(Environment.ProcessorCount));

    /// <summary>A device with one worker per processor, for callers that do not care. It lives as long as the process.</summary>
    public static Device Shared => SharedDevice.Value;

    /// <summary>The processor, with a number of worker threads (the calling thread is one of them).</summary>
    /// <exception cref="InvalidInputException">Fewer than 1 or more than 1024 threads.</exception>
    public static Device Cpu(int threads)
    {
        if (threads is < 1 or > 1024)
        {
            throw new InvalidInputException($"The number of threads is {threads}; it must lie between 1 and 1024. "
                + $"This machine has {Environment.ProcessorCount} processors.");
        }
        return new CpuDevice(threads);
    }

    /// <summary>What the device is, in words.</summary>
    public abstract string Description { get; }

    /// <summary>Workers, and so the number of lanes that a program sees.</summary>
    public abstract int Lanes { get; }

    /// <summary>Takes memory for a number of floats, all zero.</summary>
    /// <exception cref="InvalidInputException">The device has not that much.</exception>
    public abstract DeviceBuffer Allocate(long length);

    /// <summary>Copies numbers of the host into the device's memory.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives as many as there are: at least as long.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Upload(ReadOnlySpan<float> from, Rows to);

    /// <summary>Copies numbers from the device's memory to the host.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives them: at least as long.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Download(Rows from, Span<float> to);

    /// <summary>Copies numbers in float64, of two words each: see <see cref="Rows.Doubles"/>.</summary>
    /// <inheritdoc cref="Download(Rows, Span{float})"/>
    public void DownloadDoubles(Rows from, Span<double> to) => Download(from, MemoryMarshal.Cast<double, float>(to));

    /// <summary>Copies whole numbers of one word each: see <see cref="Rows.Integers"/>.</summary>
    /// <inheritdoc cref="Download(Rows, Span{float})"/>
    public void DownloadIntegers(Rows from, Span<int> to) => Download(from, MemoryMarshal.Cast<int, float>(to));

    /// <summary>Copies whole numbers of one word each: see <see cref="Rows.Integers"/>.</summary>
    /// <inheritdoc cref="Upload(ReadOnlySpan{float}, Rows)"/>
    public void UploadIntegers(ReadOnlySpan<int> from, Rows to) => Upload(MemoryMarshal.Cast<int, float>(from), to);

    /// <summary>Brings numbers from the device's memory to an array of the host.</summary>
    public float[] Download(Rows from)
    {
        float[] numbers = new float[from.Length];
        Download(from, numbers);
        return numbers;
    }

    /// <summary>Writes rows one after another, on the calling thread: for what the host reads from files or draws itself.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="write">Is given each row's place among them, and writes all of its numbers.</param>
    public virtual void Write(Rows rows, RowWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        float[] row = new float[rows.Width];
        for (int i = 0; i < rows.Count; i++)
        {
            write(i, row);
            Upload(row, rows.Slice(i, 1));
        }
    }

    /// <summary>Rows where the host sees them: themselves, or a copy that holds until the next call.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="memory">Where a copy goes; taken when it is needed, and to be disposed by the caller.</param>
    public virtual Rows Look(Rows rows, ref DeviceBuffer? memory)
    {
        if ((memory?.Length ?? -1) < rows.Length)
        {
            memory?.Dispose();
            memory = DeviceBuffer.OnHost(rows.Length);
        }
        Rows seen = memory!.AsRows(rows.Count, rows.Width);
        Download(rows, seen.Span);
        return seen;
    }

    /// <summary>Copies numbers inside the device's memory.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives them: at least as long.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Copy(Rows from, Rows to);

    /// <summary>Sets numbers in the device's memory to 0.</summary>
    public abstract void Clear(Rows rows);

    /// <summary>
    /// Runs programs, one after another, and returns when all are done. Each sees what those before it wrote. An exception in one reaches the caller, and the
    /// programs after it are not run.
    /// </summary>
    /// <param name="programs">The programs, each made for this device's memory.</param>
    /// <exception cref="InvalidInputException">The device cannot run one of them; nothing was run.</exception>
    /// <exception cref="InvalidOperationException">It is called from inside a program.</exception>
    public void Launch(params ReadOnlySpan<DeviceProgram> programs)
    {
        foreach (DeviceProgram program in programs)
        {
            if (program is not ProgramGroup group)
            {
                Check(program);
                continue;
            }
            for (int i = 0; i < group.Members.Count; i++)
                Check(group.Members[i]);
        }
        RunAll(programs);
    }

    /// <summary>Whether the device has a way to run a program. A processor runs every one by its body.</summary>
    protected abstract bool CanRun(DeviceProgram program);

    /// <summary>Runs programs that it can run, one after another.</summary>
    protected abstract void RunAll(ReadOnlySpan<DeviceProgram> programs);

    private void Check(DeviceProgram program)
    {
        if (CanRun(program))
            return;
        throw new InvalidInputException($"The device \"{Description}\" cannot run {program.Name} ({program.GetType().Name}). "
            + "Run it on the processor: Device.Cpu.");
    }

    /// <summary>Gives back what the device holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the device holds.</summary>
    protected abstract void Dispose(bool disposing);
}
