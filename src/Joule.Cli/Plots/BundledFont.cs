using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>
/// The font of all plots. It is embedded in the program, because a machine without fonts would silently draw no text.
/// </summary>
internal static class BundledFont
{
    /// <summary>The name of the font family.</summary>
    public const string Family = "DejaVu Sans";

    private static readonly Lazy<(SKTypeface Regular, SKTypeface Bold)> Faces =
        new(() => (Load("DejaVuSans.ttf"), Load("DejaVuSans-Bold.ttf")));

    private static readonly Lazy<bool> Registration = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new Resolver());
        Fonts.Default = Family;
        Fonts.Sans = Family;
        return true;
    });

    /// <summary>The regular face.</summary>
    public static SKTypeface Regular => Faces.Value.Regular;

    /// <summary>The bold face.</summary>
    public static SKTypeface Bold => Faces.Value.Bold;

    /// <summary>Makes this the font of every plot. Thread-safe; may be called repeatedly.</summary>
    public static void Register() => _ = Registration.Value;

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(BundledFont).Assembly.GetManifestResourceStream("Joule.Cli.Assets." + name)
            ?? throw new InvalidOperationException($"The program was built without its font {name}.");
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"The embedded font {name} cannot be read.");
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Family ? (weight >= FontWeight.SemiBold ? Bold : Regular) : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            fontName == Family ? (bold ? Bold : Regular) : null;
    }
}
