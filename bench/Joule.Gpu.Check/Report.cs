using System.Globalization;
using System.Text;
using System.Text.Json;
using Joule.Gpu.Driver;

namespace Joule.Gpu.Check;

/// <summary>What was checked and measured; written anew after every line, so that nothing is lost when the machine goes.</summary>
internal sealed class Report(string folder)
{
    private const string FileName = "gpu-report.json";

    private readonly List<(string Name, bool Passed, double Error, string Detail)> _checks = [];
    private readonly List<(string Name, int Chains, double Milliseconds, string Detail)> _times = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<(string Case, int Chains), (double Milliseconds, string Form)> _peers = [];
    private readonly Lock _turn = new();
    private string _card = "", _driver = "";

    /// <summary>Whether a peer was measured.</summary>
    public bool HasPeers => _peers.Count > 0;

    public int Failures => _checks.Count(c => !c.Passed);

    public void Describe(GpuInfo gpu, string driver)
    {
        _card = string.Create(CultureInfo.InvariantCulture, $"{gpu.Name}, compute capability {gpu.Capability}, {gpu.Multiprocessors} "
            + $"multiprocessors, {gpu.MemoryBytes >> 20:N0} MiB, {gpu.SharedBytesOfBlock} bytes of shared memory a block");
        _driver = driver;
        Say($"{_card}; the driver knows CUDA {driver}");
    }

    public void Check(string name, bool passed, double error, string detail)
    {
        _checks.Add((name, passed, error, detail));
        Say(string.Create(CultureInfo.InvariantCulture, $"{(passed ? "passed" : "FAILED")}  {name}: largest error {error:G3}. {detail}"));
        Save();
    }

    public void Time(string name, int chains, double milliseconds, string detail)
    {
        _times.Add((name, chains, milliseconds, detail));
        Say(string.Create(CultureInfo.InvariantCulture, $"{name} {chains}: {milliseconds:F3} ms. {detail}"));
        Save();
    }

    /// <summary>A sentence that stands under the tables.</summary>
    public void Note(string text)
    {
        lock (_turn)
            _notes.Add(text);
        Say(text);
        Save();
    }

    /// <summary>The time of a peer; the fastest of its forms counts.</summary>
    public void Peer(string name, int chains, double milliseconds, string form)
    {
        lock (_turn)
        {
            if (!_peers.TryGetValue((name, chains), out (double Milliseconds, string) known) || milliseconds < known.Milliseconds)
                _peers[(name, chains)] = (milliseconds, form);
        }
        Say(string.Create(CultureInfo.InvariantCulture, $"PyTorch, {name} {chains}: {milliseconds:F3} ms, {form}"));
        Save();
    }

    public void Save()
    {
        lock (_turn)
            Write();
    }

    /// <summary>Adds what a report in another folder holds, as far as it was written.</summary>
    public void Load(string from)
    {
        string file = Path.Combine(from, FileName);
        if (!File.Exists(file))
            return;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement root = document.RootElement;
        foreach (JsonElement check in root.GetProperty("checks").EnumerateArray())
        {
            _checks.Add((Text(check, "name"), check.GetProperty("passed").GetBoolean(),
                double.Parse(Text(check, "error"), CultureInfo.InvariantCulture), Text(check, "detail")));
        }
        foreach (JsonElement time in root.GetProperty("milliseconds").EnumerateArray())
        {
            _times.Add((Text(time, "case"), time.GetProperty("chains").GetInt32(), time.GetProperty("milliseconds").GetDouble(),
                Text(time, "detail")));
        }
        foreach (JsonElement peer in root.GetProperty("peers").EnumerateArray())
        {
            _peers[(Text(peer, "case"), peer.GetProperty("chains").GetInt32())] =
                (peer.GetProperty("milliseconds").GetDouble(), Text(peer, "form"));
        }
        _notes.AddRange(root.GetProperty("notes").EnumerateArray().Select(n => n.GetString()!));
        Save();
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private void Write()
    {
        Directory.CreateDirectory(folder);
        using FileStream stream = File.Create(Path.Combine(folder, FileName));
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("card", _card);
        json.WriteString("cuda", _driver);
        json.WriteString("date", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteStartArray("checks");
        foreach ((string name, bool passed, double error, string detail) in _checks)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteBoolean("passed", passed);
            json.WriteString("error", error.ToString("G3", CultureInfo.InvariantCulture));
            json.WriteString("detail", detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("milliseconds");
        foreach ((string name, int chains, double milliseconds, string detail) in _times)
        {
            json.WriteStartObject();
            json.WriteString("case", name);
            json.WriteNumber("chains", chains);
            json.WriteNumber("milliseconds", Math.Round(milliseconds, 4));
            json.WriteString("detail", detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("peers");
        foreach (((string name, int chains), (double peer, string form)) in _peers)
        {
            json.WriteStartObject();
            json.WriteString("case", name);
            json.WriteNumber("chains", chains);
            json.WriteNumber("milliseconds", peer);
            json.WriteString("form", form);
            if (Own(name, chains) is { } own)
                json.WriteNumber("ratio", Math.Round(peer / own, 3));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (string note in _notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        File.WriteAllText(Path.Combine(folder, "gpu-report.md"), Markdown());
    }

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }

    // With the block that the device chooses, as users get it.
    private double? Own(string name, int chains)
    {
        foreach ((string of, int count, double milliseconds, _) in _times)
        {
            if (count == chains && (of == name || of == $"{name}, chosen"))
                return milliseconds;
        }
        return null;
    }

    private string Markdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"# Report of `eng/gpu-check`, {DateTime.UtcNow:yyyy-MM-dd}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{_card}. The driver knows CUDA {_driver}.\n\n");
        text.Append("| check | result | largest error | |\n| --- | --- | --- | --- |\n");
        foreach ((string name, bool passed, double error, string detail) in _checks)
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {(passed ? "passed" : "**failed**")} | {error:G3} | {detail} |\n");
        text.Append("\nMedian of the whole case, in milliseconds:\n\n| case | chains | ms | best cut |\n| --- | --- | --- | --- |\n");
        foreach ((string name, int chains, double milliseconds, string detail) in _times)
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {chains} | {milliseconds:F3} | {detail} |\n");
        if (_peers.Count > 0)
        {
            text.Append("\nAgainst PyTorch on the same card, in the same run:\n\n"
                + "| case | chains | Joule ms | PyTorch ms | its form | ratio | aim |\n"
                + "| --- | ---: | ---: | ---: | --- | ---: | ---: |\n");
        }
        foreach (((string name, int chains), (double peer, string form)) in _peers)
        {
            string aim = Peers.Aims.TryGetValue((name, chains), out double of) ? of.ToString(CultureInfo.InvariantCulture) : "";
            string ratio = Own(name, chains) is { } own
                ? string.Create(CultureInfo.InvariantCulture, $"{own:F3} | {peer:F3} | {form} | {peer / own:F2}")
                : string.Create(CultureInfo.InvariantCulture, $"not there yet | {peer:F3} | {form} | ");
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {chains} | {ratio} | {aim} |\n");
        }
        foreach (string note in _notes)
            text.Append(CultureInfo.InvariantCulture, $"\n{note}\n");
        return text.ToString();
    }
}
