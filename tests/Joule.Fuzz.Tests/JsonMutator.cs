using System.Text;
using System.Text.Json;

namespace Joule.Fuzz.Tests;

/// <summary>Mutates JSON token by token, so that most results are still JSON.</summary>
internal static class JsonMutator
{
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-0", "1", "-1", "2", "1.5", "1e999", "-1e39", "1e-400", "255", "65536", "1048577", "2147483647",
            "2147483648", "-2147483649",
            "9223372036854775807", "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "NaN", "Infinity", "\"\"",
            "\"NaN\"", "\"1\"", "\"dense\"", "\"conv\"", "\"residual\"",
            "\"\\ud800\"", "\"\\u0000\"", "\"\\u001b[2J\\n\"", "\"\u00fc\u20ac\U0001F600\"", "{}", "[]", "[[]]",
            "{\"type\":\"dense\",\"outputs\":1}", "{\"\":0}", "[1,2,3,4]", "{\"a\":1,\"a\":2}", "\"", "{", "[", "}", "]", ",", ":",
            "/* x */", "//",
        }.Select(Encoding.UTF8.GetBytes),
        Encoding.ASCII.GetBytes(new string('[', 300)), Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 200))),
        Encoding.ASCII.GetBytes($"\"{new string('a', 5000)}\""),
        [(byte)'"', 0xff, (byte)'"'], [0xc3],
    ];

    /// <summary>Makes one to three changes, mostly one, to tokens or occasionally to bytes.</summary>
    public static byte[] Change(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        if (random.OneIn(8))
            return Mutator.Change(seed, corpus, random, header: 200);
        List<Range> tokens = Tokens(seed);
        if (tokens.Count == 0)
            return Mutator.Change(seed, corpus, random);
        byte[] bytes = seed;
        bool numbersOnly = random.OneIn(3); // most of these can still be read and go deepest
        // From back to front, so that the positions of earlier tokens stay valid.
        int[] places = [.. Enumerable.Range(0, 1 + Math.Min(random.Below(3), random.Below(3))).Select(_ => random.Below(tokens.Count))
            .Distinct().OrderDescending()];
        foreach (int place in places)
        {
            (int at, int length) = tokens[place].GetOffsetAndLength(seed.Length);
            byte[] token = numbersOnly
                ? (seed[at] is (byte)'-' or (>= (byte)'0' and <= (byte)'9')
                    ? random.Pick(Values.AsSpan(3, 20).ToArray())
                    : seed[tokens[place]])
                : random.Below(5) switch
                {
                    0 => [],
                    1 => [.. seed[tokens[place]], .. random.OneIn(2) ? ","u8.ToArray() : [], .. seed[tokens[place]]],
                    2 => seed[random.Pick(tokens)],
                    3 => Mutator.Change(seed[tokens[place]], corpus, random, length),
                    _ => random.Pick(Values),
                };
            bytes = [.. bytes.AsSpan(0, at), .. token, .. bytes.AsSpan(at + length)];
        }
        return bytes;
    }

    private static List<Range> Tokens(byte[] json)
    {
        List<Range> tokens = [];
        Utf8JsonReader reader = new(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            while (reader.Read())
                tokens.Add(new Range((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
        }
        catch (JsonException)
        {
            // The tokens before the error are enough.
        }
        return tokens;
    }
}
