namespace Joule.Compute;

/// <summary>
/// A program that says its work as operations on rows, for devices that do not run bodies. Its body and its operations give the same
/// numbers, up to the order of sums.
/// </summary>
public interface IRowWork
{
    /// <summary>Why the program has no operations, as a clause; null: it has.</summary>
    string? WhyNotRows => null;

    /// <summary>Does the program's work. <see cref="DeviceProgram.Begin"/> is not called before.</summary>
    /// <param name="rows">The operations, which the device runs in order.</param>
    void Describe(IRowOperations rows);
}
