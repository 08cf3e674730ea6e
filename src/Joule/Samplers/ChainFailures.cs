using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// The first step of each chain at which its energy or gradient was not finite, as a device with kernels of its own reports it; 2³² − 1
/// for none.
/// </summary>
internal sealed class ChainFailures
{
    private const int None = -1;

    private readonly Device _device;

    /// <summary>Notes that no chain failed.</summary>
    /// <param name="device">The device.</param>
    /// <param name="steps">The steps, in device memory, as integers: a row for each chain.</param>
    public ChainFailures(Device device, Rows steps)
    {
        (_device, Steps) = (device, steps);
        Clear();
    }

    /// <summary>The steps, in device memory.</summary>
    public Rows Steps { get; }

    /// <summary>Finds the failure to report, and forgets it.</summary>
    /// <param name="steps">The steps on the host, of the chains of a launch.</param>
    /// <returns>The earliest step and the first of its chains; null: none failed.</returns>
    public (uint Step, int Chain)? First(ReadOnlySpan<int> steps)
    {
        int first = 0;
        for (int i = 1; i < steps.Length; i++)
        {
            if ((uint)steps[i] < (uint)steps[first])
                first = i;
        }
        if (steps.IsEmpty || steps[first] == None)
            return null;
        uint step = (uint)steps[first];
        Clear(); // a launch of no steps must not find them again
        return (step, first);
    }

    private void Clear()
    {
        int[] none = new int[Steps.Length];
        Array.Fill(none, None);
        _device.UploadIntegers(none, Steps);
    }
}
