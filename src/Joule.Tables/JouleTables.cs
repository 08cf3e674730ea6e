using System.Runtime.CompilerServices;

namespace Joule.Tables;

/// <summary>The package.</summary>
public static class JouleTables
{
    /// <summary>
    /// Adds what the package has to the catalogue of Joule. To do it twice changes nothing; to use a type of the package does it too.
    /// </summary>
    public static void Register() => Catalogue.Register(typeof(JouleTables).Assembly);

#pragma warning disable CA2255 // A model that is read by name must find the types of a package that is used.
    [ModuleInitializer]
    internal static void Initialize() => Register();
#pragma warning restore CA2255
}
