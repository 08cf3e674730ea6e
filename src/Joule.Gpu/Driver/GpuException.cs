namespace Joule.Gpu.Driver;

/// <summary>A GPU or its driver could not do what was asked of it.</summary>
public sealed class GpuException : JouleException
{
    /// <summary>Creates the error.</summary>
    public GpuException(string message) : base(message) { }

    /// <summary>Creates the error with its cause.</summary>
    public GpuException(string message, Exception inner) : base(message, inner) { }
}
