using System.Runtime.CompilerServices;

namespace Joule.Tables;

/// <summary>Registers this package with Joule.</summary>
public static class JouleTables
{
    /// <summary>
    /// Adds the types of the package to Joule's catalogue. Repeated calls have no effect. Using a type of the package also registers it.
    /// </summary>
    public static void Register() => Catalogue.Register(typeof(JouleTables).Assembly);

#pragma warning disable CA2255 // A model that names its types must find those of this package whenever it is loaded.
    [ModuleInitializer]
    internal static void Initialize() => Register();
#pragma warning restore CA2255
}
