using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// The first step of each chain at which its energy or gradient was not finite, as a device with kernels of its own reports it; 2³² − 1
/// for none.
/// </summary>
internal sealed class ChainFailures : IDisposable
{
    private const int None = -1;

    private readonly Device _device;
    private readonly DeviceBuffer _steps;
    private readonly DeviceRead _read;

    /// <summary>Allocates memory for a number of chains, none of which failed.</summary>
    public ChainFailures(Device device, int capacity)
    {
        _device = device;
        _steps = device.Allocate(capacity);
        _read = device.CreateRead(capacity);
        Clear();
    }

    /// <summary>The steps, in device memory, as integers.</summary>
    public Rows Steps => _steps.AsRows(_steps.Length, 1);

    /// <summary>Begins to read the steps of some chains.</summary>
    public void BeginRead(int chains) => _read.Begin(Steps.Slice(0, chains));

    /// <summary>
    /// The earliest step and the first of its chains, after <see cref="BeginRead"/>, which it waits for; null: none failed.
    /// </summary>
    public (uint Step, int Chain)? First()
    {
        ReadOnlySpan<int> steps = _read.Integers;
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

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _read.Dispose();
        _steps.Dispose();
    }

    private void Clear()
    {
        int[] none = new int[_steps.Length];
        Array.Fill(none, None);
        _device.UploadIntegers(none, Steps);
    }
}
