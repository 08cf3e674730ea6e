using System.Security.Cryptography;
using System.Text.Json;

namespace Joule.Data;

/// <summary>
/// Caches the SHA-256 of files next to them (<c>verified.json</c>), so that a start need not hash 55 MB again. A sum is trusted only while
/// the file's size and modification time are those that were hashed; otherwise the file is hashed.
/// </summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class VerifiedFiles(string folder)
{
    private const string FileName = "verified.json";

    /// <summary>The SHA-256 of a file in the folder, in lower-case hexadecimal digits; null if there is no such file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public string? Sum(string path)
    {
        FileInfo info = new(path);
        if (!info.Exists)
            return null;
        Entry seen = new(info.Length, info.LastWriteTimeUtc.Ticks, "");
        if (Load().TryGetValue(info.Name, out Entry? known) && known with { Sha256 = "" } == seen && known.Sha256 is { Length: 64 })
            return known.Sha256;
        string sum = InputFile.Read(path, stream => Convert.ToHexStringLower(SHA256.HashData(stream)));
        Remember(info.Name, seen with { Sha256 = sum });
        return sum;
    }

    private Dictionary<string, Entry> Load()
    {
        try
        {
            string path = Path.Combine(folder, FileName);
            if (!File.Exists(path) || new FileInfo(path).Length > 1 << 20)
                return [];
            return JsonSerializer.Deserialize<Dictionary<string, Entry>>(File.ReadAllBytes(path))?.Where(pair => pair.Value is not null)
                .ToDictionary() ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return []; // hashing again is always right
        }
    }

    private void Remember(string name, Entry entry)
    {
        Dictionary<string, Entry> all = Load();
        all[name] = entry;
        try
        {
            AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, all));
        }
        catch (InvalidInputException)
        {
            // A folder that can be read but not written: the next start hashes again.
        }
    }

    private sealed record Entry(long Size, long ChangedTicks, string Sha256);
}
