using System.CommandLine;

namespace Joule.Cli.Commands;

/// <summary>Finds every <see cref="JouleCommand"/> in this assembly; there is no list to edit.</summary>
internal static class CommandCatalogue
{
    /// <summary>Builds all commands, sorted by name.</summary>
    public static IEnumerable<Command> Build() => typeof(CommandCatalogue).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(JouleCommand)) && !type.IsAbstract)
        .Select(type => ((JouleCommand)Activator.CreateInstance(type)!).Build())
        .OrderBy(command => command.Name, StringComparer.Ordinal);
}
