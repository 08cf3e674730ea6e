using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>Writes one row.</summary>
/// <param name="index">The row, from 0.</param>
/// <param name="row">Receives its numbers.</param>
public delegate void RowWriter(int index, Span<float> row);

/// <summary>
/// Where Joule computes: memory that the host may not see, and launches of whole programs. Higher floors allocate memory, fill it with
/// <see cref="Upload(ReadOnlySpan{float}, Rows)"/>, launch programs, and read results with <see cref="Download(Rows, Span{float})"/>; they
/// never use intrinsics, pointers or threads.
/// </summary>
public abstract class Device : IDisposable
{
    [ThreadStatic]
    private static Device? s_rehearsed;

    private static readonly Lazy<Device> SharedDevice = new(() => new CpuDevice(Environment.ProcessorCount));

    /// <summary>A device with one worker per processor, for general use. It lives as long as the process.</summary>
    public static Device Shared => SharedDevice.Value;

    /// <summary>The processor, with a number of worker threads including the calling thread.</summary>
    /// <exception cref="InvalidInputException">The number of threads is below 1 or above 1024.</exception>
    public static Device Cpu(int threads)
    {
        if (threads is < 1 or > 1024)
        {
            throw new InvalidInputException($"The number of threads is {threads}; it must lie between 1 and 1024. "
                + $"This machine has {Environment.ProcessorCount} processors.");
        }
        return new CpuDevice(threads);
    }

    /// <summary>A description of the device.</summary>
    public abstract string Description { get; }

    /// <summary>Number of workers, which is the number of lanes of a program.</summary>
    public abstract int Lanes { get; }

    /// <summary>
    /// Whether programs run by their bodies, which may need memory to work in; if not, the device has kernels of its own for the programs
    /// that it runs.
    /// </summary>
    public virtual bool RunsBodies => true;

    /// <summary>Number of streams that it pays to use at once; 1 if their chunks do not overlap.</summary>
    public virtual int Streams => 1;

    /// <summary>
    /// The most words of its memory that may keep the states of a training, so that the host reads each once; 0 where it does not pay,
    /// since the host's memory is the device's.
    /// </summary>
    public virtual long WordsForData => 0;

    /// <summary>Creates a stream.</summary>
    public virtual DeviceStream CreateStream() => new DirectStream(this);

    /// <summary>Creates a copy to the host that is waited for when it is needed.</summary>
    /// <param name="most">Largest number of words.</param>
    public virtual DeviceRead CreateRead(int most) => new DirectRead(this, most);

    /// <summary>Allocates zeroed memory for a number of floats.</summary>
    /// <exception cref="InvalidInputException">The device does not have enough memory.</exception>
    public abstract DeviceBuffer Allocate(long length);

    /// <summary>Copies numbers from the host to device memory.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives the numbers; at least as long.</param>
    /// <exception cref="ArgumentException">The target is too small.</exception>
    public abstract void Upload(ReadOnlySpan<float> from, Rows to);

    /// <summary>Copies numbers from device memory to the host.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives the numbers; at least as long.</param>
    /// <exception cref="ArgumentException">The target is too small.</exception>
    public abstract void Download(Rows from, Span<float> to);

    /// <summary>Copies float64 numbers, of two words each (<see cref="Rows.Doubles"/>).</summary>
    /// <inheritdoc cref="Download(Rows, Span{float})"/>
    public void DownloadDoubles(Rows from, Span<double> to) => Download(from, MemoryMarshal.Cast<double, float>(to));

    /// <summary>Copies integers of one word each (<see cref="Rows.Integers"/>).</summary>
    /// <inheritdoc cref="Download(Rows, Span{float})"/>
    public void DownloadIntegers(Rows from, Span<int> to) => Download(from, MemoryMarshal.Cast<int, float>(to));

    /// <summary>Copies integers of one word each (<see cref="Rows.Integers"/>).</summary>
    /// <inheritdoc cref="Upload(ReadOnlySpan{float}, Rows)"/>
    public void UploadIntegers(ReadOnlySpan<int> from, Rows to) => Upload(MemoryMarshal.Cast<int, float>(from), to);

    /// <summary>Copies numbers from device memory to a new array.</summary>
    public float[] Download(Rows from)
    {
        float[] numbers = new float[from.Length];
        Download(from, numbers);
        return numbers;
    }

    /// <summary>Writes rows in order on the calling thread, for data that the host reads or draws.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="write">Called with each row's index; writes all of its numbers.</param>
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

    /// <summary>Rows in host memory: the same rows, or a copy that is valid until the next call.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="memory">Memory for a copy, allocated when needed; the caller disposes it.</param>
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

    /// <summary>Copies numbers within device memory.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Receives the numbers; at least as long.</param>
    /// <exception cref="ArgumentException">The target is too small.</exception>
    public abstract void Copy(Rows from, Rows to);

    /// <summary>Zeroes numbers in device memory.</summary>
    public abstract void Clear(Rows rows);

    /// <summary>
    /// Runs programs in order, and returns when all are done. Each program sees what those before it wrote. An exception reaches the
    /// caller, and later programs are not run.
    /// </summary>
    /// <param name="programs">The programs, created for this device's memory.</param>
    /// <exception cref="InvalidInputException">The device cannot run one of the programs; nothing was run.</exception>
    /// <exception cref="InvalidOperationException">The call came from within a program.</exception>
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
        if (!ReferenceEquals(s_rehearsed, this))
            RunAll(programs);
    }

    /// <summary>
    /// Whether a training is rehearsed before its first update (<see cref="Rehearse"/>), since the device may refuse one of its programs.
    /// </summary>
    internal virtual bool NeedsRehearsal => true;

    /// <summary>
    /// Calls host code on this thread whose launches are checked and not run: it ends if the device can run them all. Copies are made.
    /// </summary>
    /// <param name="work">The code. It reads results that no program wrote.</param>
    /// <exception cref="InvalidInputException">The device cannot run one of the programs.</exception>
    internal void Rehearse(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        s_rehearsed = this;
        try
        {
            work();
        }
        finally
        {
            s_rehearsed = null;
        }
    }

    /// <summary>Whether the device can run a program. A processor can run any program by its body.</summary>
    protected abstract bool CanRun(DeviceProgram program);

    /// <summary>Runs programs, all of which it can run, in order.</summary>
    protected abstract void RunAll(ReadOnlySpan<DeviceProgram> programs);

    /// <summary>Checks that the device can run a program.</summary>
    /// <exception cref="InvalidInputException">It cannot.</exception>
    protected void Check(DeviceProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (CanRun(program))
            return;
        throw new InvalidInputException($"The device \"{Description}\" cannot run {program.Name} ({program.GetType().Name}). "
            + "Run it on the processor: Device.Cpu.");
    }

    /// <summary>Releases the device's resources.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the device's resources.</summary>
    protected abstract void Dispose(bool disposing);
}
