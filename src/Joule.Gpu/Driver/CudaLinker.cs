using System.Text;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>Compiles kernels with the linker of the driver, which returns the code that it makes.</summary>
/// <param name="context">The GPU, current on the calling thread.</param>
internal sealed unsafe class CudaLinker(GpuContext context) : IKernelLinker
{
    private const int TextOfPtx = 1; // a kind of input

    /// <inheritdoc/>
    public string Card => $"{context.Info.Name}, compute capability {context.Info.Capability}";

    /// <inheritdoc/>
    public string Driver { get; } = GpuDriver.Version ?? "";

    /// <inheritdoc/>
    public byte[] Link(KernelText text)
    {
        byte[] input = Encoding.ASCII.GetBytes(text.Ptx + "\0"), errors = new byte[CompilerLog.Bytes], notes = new byte[CompilerLog.Bytes];
        fixed (byte* i = input, e = errors, n = notes)
        {
            int* options = stackalloc int[CompilerLog.Options];
            void** values = stackalloc void*[CompilerLog.Options];
            CompilerLog.Fill(options, values, e, n);
            GpuDriver.Check(CudaLibrary.CreateLink(CompilerLog.Options, options, values, out nint link), "the start of the compiler");
            try
            {
                Check(CudaLibrary.AddToLink(link, TextOfPtx, i, (nuint)input.Length, null, 0, null, null));
                Check(CudaLibrary.CompleteLink(link, out byte* made, out nuint length));
                // The code belongs to the linker.
                return new ReadOnlySpan<byte>(made, checked((int)length)).ToArray();
            }
            finally
            {
                _ = CudaLibrary.DestroyLink(link);
            }
        }

        void Check(int code) => CompilerLog.Check(code, text, errors);
    }
}
