using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Joule.Compute;

/// <summary>Opens a device by its name: a kind, a kind with an index, or <c>auto</c>.</summary>
public static class DeviceChoice
{
    /// <summary>The name for the first device that is not the processor, if one can be used, and the processor otherwise.</summary>
    public const string Auto = "auto";

    private const string Processor = "cpu";

    /// <summary>All devices of this machine, and the kinds that it lacks, the processor first.</summary>
    public static IReadOnlyList<DeviceListing> List() =>
        [.. Kinds().OrderBy(k => k.Named.Name != Processor).SelectMany(k => Create(k).List())];

    /// <summary>Opens a device.</summary>
    /// <param name="name">For example <c>cpu</c>, <c>gpu</c>, <c>gpu:1</c> or <c>auto</c>.</param>
    /// <param name="threads">Threads of the processor; null: one per core.</param>
    /// <param name="say">Receives what a user should know about the device.</param>
    /// <exception cref="InvalidInputException">There is no such device, or it cannot be used; the message says why.</exception>
    public static Device Open(string name, int? threads, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(say);
        if (name == Auto)
            return Best(threads, say);
        string[] parts = name.Split(':');
        int index = 0;
        if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new InvalidInputException($"The device \"{name}\" is not a kind with an index, for example gpu:1.");
        NamedType? kind = Kinds().FirstOrDefault(k => k.Named.Name == parts[0]);
        if (kind is null)
        {
            throw new InvalidInputException(
                $"There is no device \"{parts[0]}\". Devices are {string.Join(", ", Kinds().Select(k => k.Named.Name))} and {Auto}.");
        }
        return Open(Create(kind), index, threads, say);
    }

    private static Device Best(int? threads, Action<string> say)
    {
        List<string> reasons = [];
        foreach (NamedType type in Kinds().Where(k => k.Named.Name != Processor))
        {
            DeviceKind kind = Create(type);
            IReadOnlyList<DeviceListing> found = kind.List();
            for (int i = 0; i < found.Count; i++)
            {
                if (found[i].WhyNot is { } reason)
                {
                    reasons.Add($"{found[i].Name}: {reason}");
                    continue;
                }
                say($"The device is {found[i].Name}: {found[i].Description}.");
                return Open(kind, i, threads, say);
            }
        }
        say($"The device is the CPU{(reasons.Count > 0 ? $" ({string.Join("; ", reasons)})" : "")}.");
        return new CpuKind().Open(0, threads);
    }

    private static Device Open(DeviceKind kind, int index, int? threads, Action<string> say)
    {
        Device device = kind.Open(index, threads, say);
        if (kind.Note is { } note)
            say(note);
        return device;
    }

    private static IEnumerable<NamedType> Kinds() => Catalogue.Of(typeof(DeviceKind));

    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(CpuKind))]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Who registers a kind of devices keeps its constructor.")]
    private static DeviceKind Create(NamedType kind) => (DeviceKind)Activator.CreateInstance(kind.Type)!;
}
