using System.Runtime.InteropServices;
using System.Text;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>A kernel that the driver has compiled for a GPU.</summary>
public sealed unsafe class GpuKernel : SafeHandle
{
    private const int FreeShared = 48 * 1024;
    private const int Local = 3, Registers = 4, MaxShared = 8, SharedShare = 9; // attributes of a function
    private const int AllShared = 100; // percent

    private readonly GpuContext _context;
    private readonly nint _function;
    private readonly KernelText _text;

    /// <summary>Compiles a kernel.</summary>
    /// <param name="context">The GPU, current on this thread.</param>
    /// <param name="text">The kernel.</param>
    /// <exception cref="GpuException">The driver refused it; the message has its log and the lines that it names.</exception>
    public GpuKernel(GpuContext context, KernelText text) : this(context, text, Encoding.ASCII.GetBytes(text.Ptx + "\0")) { }

    /// <summary>Loads a kernel.</summary>
    /// <param name="context">The GPU, current on this thread.</param>
    /// <param name="text">The kernel.</param>
    /// <param name="image">Its code for this GPU, or its PTX and a zero.</param>
    /// <exception cref="GpuException">The driver refused it.</exception>
    internal GpuKernel(GpuContext context, KernelText text, byte[] image) : base(0, ownsHandle: true)
    {
        ArgumentNullException.ThrowIfNull(context);
        (_context, _text) = (context, text);
        byte[] errors = new byte[CompilerLog.Bytes], notes = new byte[CompilerLog.Bytes];
        fixed (byte* i = image, e = errors, n = notes)
        {
            int* options = stackalloc int[CompilerLog.Options];
            void** values = stackalloc void*[CompilerLog.Options];
            CompilerLog.Fill(options, values, e, n);
            CompilerLog.Check(CudaLibrary.LoadModule(out nint module, i, CompilerLog.Options, options, values), text, errors);
            SetHandle(module);
        }
        GpuDriver.Check(CudaLibrary.Function(out _function, handle, text.Name), $"looking for the kernel {text.Name}");
        if (text.SharedBytes > FreeShared)
        {
            GpuDriver.Check(CudaLibrary.SetFunctionAttribute(_function, MaxShared, text.SharedBytes),
                $"giving the kernel {text.Name} {text.SharedBytes} bytes of shared memory");
        }
        // Left alone, the driver may keep more of a multiprocessor's memory as a cache than lets the blocks run together.
        if (text.BlocksOfMultiprocessor > 1)
        {
            GpuDriver.Check(CudaLibrary.SetFunctionAttribute(_function, SharedShare, AllShared),
                $"giving the kernel {text.Name} all shared memory");
        }
        RegistersOfThread = AttributeOf(Registers);
        LocalBytesOfThread = AttributeOf(Local);
    }

    /// <summary>The kernel as text.</summary>
    internal KernelText Text => _text;

    /// <summary>The driver's handle of the function.</summary>
    internal nint Function => _function;

    /// <summary>Registers of a thread.</summary>
    public int RegistersOfThread { get; }

    /// <summary>Memory of a thread that does not fit its registers, in bytes; above 0 the kernel is slower.</summary>
    public int LocalBytesOfThread { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Launches the kernel. It runs after all earlier launches; nothing waits for it.</summary>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="arguments">One for each parameter.</param>
    /// <exception cref="GpuException">The launch failed.</exception>
    public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments) => LaunchOn(_context.Stream, blocks, arguments);

    /// <summary>Launches the kernel on a stream of the driver.</summary>
    internal void LaunchOn(nint stream, int blocks, params ReadOnlySpan<KernelArgument> arguments)
    {
        _text.Check(blocks, arguments);
        ulong* words = stackalloc ulong[arguments.Length];
        void** pointers = stackalloc void*[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            words[i] = arguments[i].Bits;
            pointers[i] = words + i;
        }
        GpuDriver.Check(
            CudaLibrary.Launch(_function, (uint)blocks, 1, 1, (uint)_text.Threads, 1, 1, (uint)_text.SharedBytes, stream, pointers,
                null),
            $"the launch of {_text.Name} in {blocks} blocks of {_text.Threads} threads");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CudaLibrary.UnloadModule(handle) == 0;

    private int AttributeOf(int attribute)
    {
        GpuDriver.Check(CudaLibrary.FunctionAttribute(out int value, attribute, _function), $"an attribute of {_text.Name}");
        return value;
    }
}
