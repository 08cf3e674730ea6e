using Joule.Compare.Cases;

namespace Joule.Compare;

internal static class Program
{
    private static int Main(string[] arguments) => arguments is [StartupPrograms.ChildMode, string model, string image, string threads]
        ? StartupPrograms.Child(model, image, int.Parse(threads))
        : CompareProgram.Run(arguments, Console.Out, Console.Error);
}
