using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Runs;

namespace Joule.Compare.Cases;

/// <summary>The programs of the startup case, and the saved models that they load.</summary>
internal static class StartupPrograms
{
    /// <summary>The argument that makes this program the child of the startup case.</summary>
    public const string ChildMode = "startup-child";

    private const string ImageFile = "image";

    /// <summary>
    /// Loads a model and prints the energy of one image, using only the library's public API. This is all that the child process does.
    /// </summary>
    public static int Child(string model, string image, int threads)
    {
        using Device device = Device.Cpu(threads);
        using Model loaded = Model.Load(model, device);
        using DeviceBuffer state = device.Allocate(loaded.Energy.Space.Width);
        WorkFolder.Read(image).CopyTo(state.Span);
        float[] energy = new float[1];
        loaded.Energy.Evaluate(state.AsRows(1, loaded.Energy.Space.Width), energy);
        using Stream output = Console.OpenStandardOutput(); // Its writer would take milliseconds to set up.
        output.Write(Encoding.UTF8.GetBytes($"{energy[0]}\n"));
        return 0;
    }

    /// <summary>Saves one model in both forms and returns the programs that load it; the peer's only if it was found.</summary>
    public static IReadOnlyList<IContender> Contenders(PythonPeer? peer, WorkFolder folder, int threads)
    {
        using Device device = Device.Cpu(1);
        RunConfig book = BenchNetworks.Book;
        Network network = new(device, BenchNetworks.BookShape, BenchNetworks.BookLayers);
        network.Initialize(seed: 1);
        string model = folder.PathOf(Model.FileName), saved = folder.PathOf("model.pt");
        DataTransform transform = new ImageDataTransform(
            (ImageDataOptions)book.Data, new ImageFit { Channels = 1, Height = 28, Width = 28 });
        using (Model joule = new(new NetworkEnergy(network, transform.Space), book, transform))
        {
            joule.Save(model);
            if (peer is not null)
                peer.Ask(new JsonObject { ["op"] = "save", ["path"] = saved, ["spec"] = CaseRun.Describe(network, folder) });
        }
        float[] state = new float[BenchNetworks.BookShape.Length];
        BenchNetworks.BookImages.Read(BenchImages.Test, 0, state);
        string image = folder.Write(ImageFile, state);

        List<IContender> contenders = [new ProcessContender("joule", () => Child([ChildMode, model, image, $"{threads}"]))];
        if (peer is not null)
        {
            contenders.AddRange(PeerContender.Forms.Select(form => new ProcessContender(PeerContender.NameOf(form),
                () => PythonPeer.Command(
                    peer.Python, threads, PythonPeer.Script("pytorch_startup.py"), [form, saved, image, $"{threads}"]))));
        }
        return contenders;
    }

    private static ProcessStartInfo Child(string[] arguments)
    {
        string own = Path.Combine(AppContext.BaseDirectory, typeof(StartupPrograms).Assembly.GetName().Name!);
        string program = OperatingSystem.IsWindows() ? own + ".exe" : own;
        return File.Exists(program)
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("dotnet", ["exec", own + ".dll", .. arguments]);
    }
}
