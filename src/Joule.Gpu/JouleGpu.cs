namespace Joule.Gpu;

/// <summary>Registers this package with Joule.</summary>
public static class JouleGpu
{
    /// <summary>Adds the devices of the package to Joule's catalogue. Repeated calls have no effect.</summary>
    public static void Register() => Catalogue.Register(typeof(JouleGpu).Assembly);
}
