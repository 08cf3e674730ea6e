using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Data;

namespace Joule.Cli.Commands;

/// <summary><c>joule data</c>: the datasets that Joule knows by name, and their cache.</summary>
internal sealed class DataCommand : JouleCommand
{
    public override Command Build() => new(
        "data",
        "The datasets that Joule knows by name. They are kept in $JOULE_DATA, else in the user's cache folder; 'joule train' fetches what it needs by itself.")
    {
        ListCommand(),
        FetchCommand(),
    };

    private static DocumentedCommand ListCommand()
    {
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(
            "list",
            "List the datasets, what they are, and whether they are cached.",
            new Example("joule data list", "See what there is."))
        {
            json,
        };
        OnRun(command, (parsed, context) => List(parsed.GetValue(json), context));
        return command;
    }

    private static DocumentedCommand FetchCommand()
    {
        Argument<string> name = new("NAME") { Description = $"One of: {string.Join(", ", DatasetCatalogue.All.Select(d => d.Name))}." };
        DocumentedCommand command = new(
            "fetch",
            "Fetch a dataset into the cache, checked by SHA-256. Nothing is done where it is there already.",
            new Example("joule data fetch mnist", "Fetch MNIST now, for a time without network."),
            new Example("joule data fetch fashion-mnist", "Fetch Fashion-MNIST; with JOULE_DATA=~/datasets in the environment, into a folder of your own."))
        {
            name,
        };
        OnRun(command, (parsed, context) =>
        {
            Dataset dataset = DatasetCatalogue.Get(parsed.GetRequiredValue(name));
            context.Output.WriteLine(new DataFetcher().Fetch(dataset, context.Error.WriteLine, context.Cancellation));
            return ExitCodes.Success;
        });
        return command;
    }

    private static int List(bool asJson, CommandContext context)
    {
        DataCache cache = DataCache.Default;
        if (!asJson)
        {
            TextTable.Write(context.Output, ["dataset", "cached", "where", "what it is"], DatasetCatalogue.All.Select(d =>
                (IReadOnlyList<string>)[d.Name, cache.Holds(d) ? "yes" : "no", cache.FolderOf(d), d.Description]));
            return ExitCodes.Success;
        }
        JsonLine.Write(context.Output, json =>
        {
            json.WriteStartArray("datasets");
            foreach (Dataset dataset in DatasetCatalogue.All)
            {
                json.WriteStartObject();
                json.WriteString("name", dataset.Name);
                json.WriteBoolean("cached", cache.Holds(dataset));
                json.WriteString("folder", cache.FolderOf(dataset));
                json.WriteString("description", dataset.Description);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        return ExitCodes.Success;
    }
}
