using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Joule;

/// <summary>The meanings of options: the summaries of their properties, from the documentation file next to their assembly.</summary>
public static class OptionSummaries
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Files = new();

    /// <summary>
    /// The summary of an option as one line, with keys and code in backticks; empty if the documentation file is missing.
    /// </summary>
    public static string Of(OptionKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Type owner = key.Property.DeclaringType!;
        return Files.GetOrAdd(owner.Assembly, Read).GetValueOrDefault($"P:{owner.FullName?.Replace('+', '.')}.{key.Property.Name}", "");
    }

    /// <summary>The documentation file of an assembly.</summary>
    public static string FileOf(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return Path.ChangeExtension(assembly.Location, ".xml");
    }

    private static IReadOnlyDictionary<string, string> Read(Assembly assembly)
    {
        Dictionary<string, string> summaries = [];
        string file = FileOf(assembly);
        if (!File.Exists(file))
            return summaries;
        try
        {
            foreach (XElement member in XDocument.Load(file).Descendants("member"))
            {
                if ((string?)member.Attribute("name") is { } name && name.StartsWith("P:", StringComparison.Ordinal)
                    && member.Element("summary") is { } summary)
                {
                    summaries[name] = Line(summary);
                }
            }
        }
        catch (XmlException e)
        {
            throw new JouleException($"The documentation file {file} cannot be read: {e.Message} Install Joule again.", e);
        }
        return summaries;
    }

    private static string Line(XElement summary)
    {
        StringBuilder text = new();
        foreach (XNode node in summary.Nodes())
        {
            if (node is XText words)
                text.Append(words.Value);
            else if (node is XElement { Name.LocalName: "c" } code)
                text.Append('`').Append(code.Value).Append('`');
            else if (node is XElement element)
                text.Append(Reference((string?)element.Attribute("cref") ?? (string?)element.Attribute("name") ?? element.Value));
        }
        return string.Join(' ', text.ToString().Split((char[])[' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
    }

    // Properties and enumeration values appear by their configuration names, types by their own.
    private static string Reference(string cref)
    {
        string name = cref[(cref.LastIndexOf('.') + 1)..];
        bool isKey = cref.StartsWith("P:", StringComparison.Ordinal) || cref.StartsWith("F:", StringComparison.Ordinal);
        return isKey ? $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(name)}`" : name;
    }
}
