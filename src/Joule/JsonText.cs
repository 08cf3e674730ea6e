using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Joule;

/// <summary>JSON from a file, parsed within limits; errors have positions, and keys can be located.</summary>
/// <param name="file">The file's name in messages.</param>
/// <param name="start">Offset of the text in the file, in bytes.</param>
/// <param name="inLines">Whether positions are line and column instead of bytes.</param>
internal sealed class JsonText(string file, long start, bool inLines)
{
    private static readonly JsonReaderOptions ReaderOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MaxDepth,
    };

    private const int MaxTokens = 50_000;
    private const int MaxDepth = 32;

    /// <summary>Parses an object. Comments and trailing commas are allowed.</summary>
    /// <exception cref="InvalidInputException">The text is not a JSON object, is too large, or repeats a key.</exception>
    public JsonObject Parse(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
            throw Bad(text, Invalid(text), "this is not JSON: it is not valid UTF-8");
        if (text.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            throw Bad(text, 0, "this is not JSON: the text is empty. A configuration is an object { … }");
        // Read once for the positions of errors; the nodes below have none, and find some errors only when they are used.
        Utf8JsonReader reader = new(text, ReaderOptions);
        try
        {
            int tokens = 0;
            HashSet<string>?[] keys = new HashSet<string>?[MaxDepth + 2]; // of the open object at each depth
            while (reader.Read())
            {
                if (tokens == 0 && reader.TokenType != JsonTokenType.StartObject)
                    throw Bad(text, (int)reader.TokenStartIndex, "this is not a JSON object; a configuration is an object { … }");
                if (++tokens > MaxTokens)
                    throw Bad(text, (int)reader.TokenStartIndex, $"there are more than {MaxTokens} values here; is it a configuration?");
                if (reader.TokenType == JsonTokenType.StartObject)
                    (keys[reader.CurrentDepth + 1] ??= new HashSet<string>(StringComparer.Ordinal)).Clear();
                else if (reader.TokenType == JsonTokenType.String)
                    reader.GetString();
                else if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    string key = reader.GetString()!;
                    if (!keys[reader.CurrentDepth]!.Add(key))
                        throw Bad(text, (int)reader.TokenStartIndex, $"the key \"{MessageText.Of(key)}\" is given twice");
                }
            }
            JsonDocumentOptions options = new()
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                MaxDepth = MaxDepth,
            };
            return (JsonObject)JsonNode.Parse(text, documentOptions: options)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            string reason = MessageText.Printable(e.Message.Split(" LineNumber")[0].TrimEnd('.'));
            throw Bad(text, (int)reader.BytesConsumed, $"this is not JSON. {reason}", e);
        }
    }

    /// <summary>The same options error, with the position of its first key.</summary>
    public InvalidInputException Located(ReadOnlySpan<byte> text, InvalidInputException error)
    {
        string key = error.Problems[0].Split(' ')[0].Trim('"');
        return Bad(text, Find(text, key), $"the configuration cannot be used: {MessageText.List(error.Problems)}", error);
    }

    /// <summary>An error at a position of the text.</summary>
    public InvalidInputException Bad(ReadOnlySpan<byte> text, int offset, string problem, Exception? inner = null)
    {
        offset = Math.Min(offset, text.Length);
        if (!inLines)
            return InvalidInputException.At(file, start + offset, problem + ".", inner);
        ReadOnlySpan<byte> before = text[..offset];
        int line = before.Count((byte)'\n') + 1, column = offset - before.LastIndexOf((byte)'\n');
        return InvalidInputException.At(file, $"line {line}, column {column}", start + offset, problem + ".", inner);
    }

    /// <summary>The offset of a key, or of the innermost existing object around it.</summary>
    /// <param name="text">A text that <see cref="Parse"/> accepts.</param>
    /// <param name="path">Names and list indices, separated by dots.</param>
    internal static int Find(ReadOnlySpan<byte> text, string path)
    {
        string[] names = path.Split('.');
        Utf8JsonReader reader = new(text, ReaderOptions);
        int found = 0, matched = 0, index = 0;
        bool inList = false, wanted = true;
        while (reader.Read())
        {
            // Only direct children of the container matched so far count.
            int depth = reader.CurrentDepth;
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                if (depth < matched)
                    break;
                continue;
            }
            if (matched == 0 && depth == 0)
            {
                matched = 1;
                found = (int)reader.TokenStartIndex;
                inList = reader.TokenType == JsonTokenType.StartArray;
                continue;
            }
            if (depth != matched)
                continue;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                wanted = reader.ValueTextEquals(names[matched - 1]);
                if (wanted)
                    found = (int)reader.TokenStartIndex;
                continue;
            }
            if (inList)
                wanted = index++.ToString() == names[matched - 1];
            if (!wanted)
                continue;
            found = inList ? (int)reader.TokenStartIndex : found;
            if (matched == names.Length || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                break;
            matched++;
            (index, inList, wanted) = (0, reader.TokenType == JsonTokenType.StartArray, false);
        }
        return found;
    }

    private static int Invalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length
            && System.Text.Rune.DecodeFromUtf8(text[at..], out _, out int used) == System.Buffers.OperationStatus.Done)
        {
            at += used;
        }
        return at;
    }
}
