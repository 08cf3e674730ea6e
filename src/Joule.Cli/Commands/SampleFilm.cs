using Joule.Cli.Files;
using Joule.Compute;
using Joule.Data;
using Joule.Samplers;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>Records chains as an animated PNG or a folder of frames.</summary>
internal sealed class SampleFilm : IChainObserver, IDisposable
{
    private const int MostChains = 64;
    private const int MostStops = 100;
    private const int LargestSide = 1024; // pixels; keeps a hundred frames far below a gigabyte
    private const int FrameMilliseconds = 50;
    private const int LastMilliseconds = 2000;

    private readonly List<PngImage> _frames = [];
    private readonly bool _folder;
    private DeviceBuffer? _seen;
    private StateSpace? _space;
    private IReadOnlyList<int> _stops = [];
    private int _next;

    private SampleFilm(string path, bool folder) => (Path, _folder) = (path, folder);

    /// <summary>The file or the folder.</summary>
    public string Path { get; }

    /// <summary>The number of frames.</summary>
    public int Count => _frames.Count;

    /// <summary>Creates a film and checks its destination.</summary>
    /// <param name="path">A file, or a folder.</param>
    /// <param name="picture">Where the samples go.</param>
    /// <param name="outputs">Checks destinations.</param>
    /// <exception cref="InvalidInputException">The film cannot or must not be written there.</exception>
    public static SampleFilm To(string path, string picture, OutputFile outputs)
    {
        bool folder = Directory.Exists(path) || (!File.Exists(path) && System.IO.Path.GetExtension(path).Length == 0);
        if (!folder)
        {
            OutputFile.Extension(path, "--film (an animated PNG, or a folder for one PNG per frame)", ".png", ".apng");
            outputs.Check(path, "--film", OutputKind.Picture);
            if (FileIdentity.Real(path) == FileIdentity.Real(picture))
                throw new InvalidInputException($"--film and --out are both {path}; give them different names.");
        }
        else
        {
            outputs.CheckFolder(path, "--film");
            if (FileIdentity.IsWithin(picture, path))
                throw new InvalidInputException($"--out {picture} lies in the frame folder, --film {path}; write it somewhere else.");
        }
        return new SampleFilm(path, folder);
    }

    /// <summary>
    /// The steps after which a frame is drawn, ascending from above 0 to the last. They are dense at first, when chains change fastest.
    /// </summary>
    public static IReadOnlyList<int> Stops(int steps) =>
        [.. Enumerable.Range(1, MostStops)
            .Select(i => (int)Math.Ceiling((double)steps * i * i / (MostStops * MostStops)))
            .Where(stop => stop > 0)
            .Distinct()];

    /// <summary>Draws the first frame, before the first step, and plans the others.</summary>
    /// <param name="states">The states, in host memory.</param>
    /// <param name="space">Their layout.</param>
    /// <param name="steps">The number of steps they will take.</param>
    public void Begin(Rows states, StateSpace space, int steps)
    {
        (_space, _stops, _next) = (space, Stops(steps), 0);
        Add(states);
    }

    /// <inheritdoc/>
    public int Next(int done, ChainSchedule schedule)
    {
        while (_next < _stops.Count && _stops[_next] <= done)
            _next++;
        return _next < _stops.Count ? _stops[_next] : int.MaxValue;
    }

    /// <inheritdoc/>
    public void Observe(in ChainReport report) => Add(report.Device.Look(report.States, ref _seen));

    private void Add(Rows states)
    {
        int chains = Math.Min(states.Count, MostChains);
        while (chains > 1 && ImageGrid.Side(_space!.Shape, chains, 1) > LargestSide)
            chains--;
        _frames.Add(ImageGrid.Draw(states.Slice(0, chains).Span, _space!));
    }

    /// <inheritdoc/>
    public void Dispose() => _seen?.Dispose();

    /// <summary>Writes the film.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public void Save()
    {
        if (!_folder)
        {
            ApngWriter.Write(Path, _frames, FrameMilliseconds, LastMilliseconds);
            return;
        }
        Directory.CreateDirectory(Path);
        for (int i = 0; i < _frames.Count; i++)
            PngFile.Write(System.IO.Path.Combine(Path, $"frame-{i + 1:D4}.png"), _frames[i]);
    }
}
