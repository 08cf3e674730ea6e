using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Data;

namespace Joule.Cli.Commands;

/// <summary><c>joule data</c>: lists the datasets that Joule knows by name, and fetches them into the cache.</summary>
internal sealed class DataCommand : JouleCommand
{
    public override Command Build() => new(
        "data",
        "List or fetch the datasets that Joule knows by name. They are cached in $JOULE_DATA or, if that is not set, in the user's cache "
            + "folder. 'joule train' fetches what it needs.")
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
            new Example("joule data list", "List the datasets."))
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
            "Fetch a dataset into the cache and check it by SHA-256. Does nothing if it is already there.",
            new Example("joule data fetch mnist", "Fetch MNIST now, for work offline later."),
            new Example(
                "joule data fetch fashion-mnist",
                "Fetch Fashion-MNIST. Set JOULE_DATA=~/datasets in the environment to choose the folder."))
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
