namespace Joule.Gpu.Tests.Ptx;

/// <summary>A kernel did what a kernel must not do.</summary>
internal sealed class PtxFault(string message) : Exception(message);
