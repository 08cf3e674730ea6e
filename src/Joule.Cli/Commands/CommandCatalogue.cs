using System.CommandLine;

namespace Joule.Cli.Commands;

/// <summary>Finds every <see cref="JouleCommand"/> of this program. Nobody edits a list.</summary>
internal static class CommandCatalogue
{
    /// <summary>Builds all commands, by name.</summary>
    public static IEnumerable<Command> Build() => typeof(CommandCatalogue).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(JouleCommand)) && !type.IsAbstract)
        .Select(type => ((JouleCommand)Activator.CreateInstance(type)!).Build())
        .OrderBy(command => command.Name, StringComparer.Ordinal);
}
