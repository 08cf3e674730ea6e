namespace Joule.Gpu.Tests.Devices;

/// <summary>What was asked of an engine, by kind.</summary>
internal sealed class EngineCounts
{
    /// <summary>Launches of kernels.</summary>
    public int Kernels { get; set; }

    /// <summary>Copies to the GPU.</summary>
    public int Uploads { get; set; }

    /// <summary>Copies within the GPU.</summary>
    public int Copies { get; set; }

    /// <summary>Memory that was zeroed.</summary>
    public int Clears { get; set; }

    /// <summary>Copies to the host that nothing waited for at once.</summary>
    public int Reads { get; set; }

    /// <summary>Waits of the host for the GPU.</summary>
    public int Waits { get; set; }

    /// <summary>Begins again.</summary>
    public void Clear() => (Kernels, Uploads, Copies, Clears, Reads, Waits) = (0, 0, 0, 0, 0, 0);

    public override string ToString() =>
        $"kernels {Kernels}, uploads {Uploads}, copies {Copies}, clears {Clears}, reads {Reads}, waits {Waits}";
}
