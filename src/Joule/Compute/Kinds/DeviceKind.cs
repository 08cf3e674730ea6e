namespace Joule.Compute;

/// <summary>
/// A kind of devices that a command line can name, for example <c>gpu</c>. To add one, add one file with a named class that derives from
/// this; it needs a constructor without parameters.
/// </summary>
public abstract class DeviceKind
{
    /// <summary>The devices of this machine; where there are none, one entry that says why.</summary>
    public abstract IReadOnlyList<DeviceListing> List();

    /// <summary>Opens a device.</summary>
    /// <param name="index">Its index among those of its kind, from 0.</param>
    /// <param name="threads">Threads of the processor; null: one per core.</param>
    /// <param name="say">Receives what a user should know while the device works; null: nobody.</param>
    /// <exception cref="InvalidInputException">There is no such device, or it cannot be used; the message says why.</exception>
    public abstract Device Open(int index, int? threads, Action<string>? say = null);

    /// <summary>What a user should know when a device of this kind is opened; null: nothing.</summary>
    public virtual string? Note => null;
}

/// <summary>A device of this machine.</summary>
/// <param name="Name">What a command line calls it, for example <c>gpu:1</c>.</param>
/// <param name="Description">What it is.</param>
/// <param name="WhyNot">Why it cannot be used; null if it can.</param>
public sealed record DeviceListing(string Name, string Description, string? WhyNot);
