using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class SafeTensorsTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    public static TheoryData<string, string> BadHeaders => new()
    {
        { "", "does not start with" },
        { " {}", "does not start with" },
        { "[]", "does not start with" },
        { "{", "JSON" },
        { "{}x", "JSON" },
        { "{\"a\":\"\u00ff\"}", "UTF-8" }, // written as Latin-1 below: a byte that is invalid UTF-8
        { "{\"a\":[[[[[[1]]]]]]}", "needs exactly" },
        { "{\"__metadata__\":{\"k\":[[[[[1]]]]]}}", "is not a string" },
        { "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}", "twice" },
        { "{\"__metadata__\":{\"k\":\"\\ud800\"}}", "JSON" },
        { Tensor("a", "U8", "[" + string.Join(",", Enumerable.Repeat(1, 33)) + "]", "0,8"), "more than 32 dimensions" },
        { "{\"a\":1}", "needs exactly" },
        { "{\"__metadata__\":{\"k\":1}}", "is not a string" },
        { "{\"__metadata__\":[]}", "__metadata__ is not an object" },
        { Tensor("a", "F32", "[1]", "0,4") + "," + Tensor("a", "F32", "[1]", "4,8"), "\"a\" is there twice" },
        { Tensor("a", "F32", "[1]", "0,4") + "," + Tensor("b", "F32", "[1]", "2,6"), "overlaps" },
        { Tensor("a", "F32", "[1]", "0,4") + "," + Tensor("b", "F32", "[1]", "0,4"), "overlaps" },
        { Tensor("a", "F32", "[1]", "0,4") + "," + Tensor("b", "U8", "[2]", "6,8"), "belong to no tensor" },
        { Tensor("a", "F32", "[1]", "4,8"), "belong to no tensor" },
        { Tensor("a", "F32", "[1]", "0,4"), "4 bytes follow after the last tensor" },
        { Tensor("a", "F32", "[3]", "0,12"), "cut short" },
        { Tensor("a", "F32", "[3]", "0,8"), "does not fit its place" },
        { Tensor("a", "U8", "[8]", "8,0"), "does not fit its place" },
        { Tensor("a", "U8", "[8]", "-8,0"), "offset" },
        { Tensor("a", "U8", "[8]", "0,99999999999999999999"), "offset" },
        { Tensor("a", "U8", "[8]", "0,8.5"), "offset" },
        { Tensor("a", "U8", "[-8]", "0,8"), "dimension" },
        { Tensor("a", "U8", "[2147483648]", "0,8"), "dimension" },
        { Tensor("a", "U8", "[2147483647,2147483647,2147483647,2147483647,2147483647,2147483647]", "0,8"), "does not fit its place" },
        { Tensor("a", "F16", "[4]", "0,8"), "F16" },
        { Tensor("a", "f32", "[2]", "0,8"), "f32" },
        { "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}", "needs exactly" },
        { "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}", "needs exactly" },
        { "\"a\":{\"dtype\":5,\"shape\":[2],\"data_offsets\":[0,8]}", "needs exactly" },
        { Tensor("", "F32", "[2]", "0,8"), "no name" },
    };

    [Fact]
    public void The_written_bytes_follow_the_public_format()
    {
        using TempFolder folder = new();
        SafeTensors.Write(
            folder["m"],
            [new NamedTensor("w", [1, 2], [1f, -2f]), new NamedTensor("b", [3], [1, 2, 3])],
            new Dictionary<string, string> { ["k"] = "é\"<" });
        string json =
            """{"__metadata__":{"k":"é\"<"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":["""
                + """3],"data_offsets":[8,11]}}""";
        byte[] text = Encoding.UTF8.GetBytes(json);
        text = [.. text, .. Enumerable.Repeat((byte)' ', (8 - (text.Length % 8)) % 8)];
        byte[] expected = [(byte)text.Length, 0, 0, 0, 0, 0, 0, 0, .. text, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1, 2, 3];
        Assert.Equal(expected, File.ReadAllBytes(folder["m"]));
    }

    [Fact]
    public void Written_tensors_are_read_back_and_written_again_identically()
    {
        using TempFolder folder = new();
        NamedTensor[] tensors = [new("scalar", [], [0.5f]), new("empty", [0, 3], Array.Empty<float>()),
            new("m", [2, 2], [1f, 2f, float.NaN, -0f]), new("u", [2], [9, 8])];
        Dictionary<string, string> metadata = new() { ["joule"] = "{\"a\": [1, 2]}", ["empty"] = "" };
        SafeTensors.Write(folder["a"], tensors, metadata);
        SafeTensorsContent back = SafeTensors.Read(folder["a"]);
        Assert.Equal(tensors.Select(t => t.Name), back.Tensors.Select(t => t.Name));
        for (int i = 0; i < tensors.Length; i++)
        {
            Assert.Equal(tensors[i].Shape, back.Tensors[i].Shape);
            Assert.Equal(tensors[i].Floats?.Select(BitConverter.SingleToUInt32Bits),
                back.Tensors[i].Floats?.Select(BitConverter.SingleToUInt32Bits));
            Assert.Equal(tensors[i].Bytes, back.Tensors[i].Bytes);
        }
        Assert.Equal(metadata, back.Metadata);
        Assert.Equal(metadata, SafeTensors.ReadMetadata(folder["a"]));
        SafeTensors.Write(folder["b"], back.Tensors, back.Metadata);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
    }

    [Fact]
    public void Tensors_may_be_stored_in_another_order_than_in_the_header()
    {
        SafeTensorsContent content = Read(
            "{" + Tensor("late", "U8", "[4]", "4,8") + "," + Tensor("early", "U8", "[4]", "0,4") + "}   ", [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal([5, 6, 7, 8], content.Tensors[0].Bytes!);
        Assert.Equal([1, 2, 3, 4], content.Tensors[1].Bytes!);
    }

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void A_bad_header_is_refused(string header, string word)
    {
        if (header.StartsWith('"'))
            header = "{" + header + "}";
        Refused.With(() => Read(header, new byte[8]), "test", word);
    }

    [Fact]
    public void A_header_that_is_longer_than_the_file_takes_no_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused.With(() => SafeTensors.Read(new MemoryStream([0, 0, 0, 0, 1, 0, 0, 0, 1]), "test"), "4294967296 bytes");
        Refused.With(
            () => SafeTensors.Read(new MemoryStream([255, 255, 255, 255, 255, 255, 255, 255]), "test"), "18446744073709551615 bytes");
        Refused.With(() => SafeTensors.Read(new MemoryStream([0, 0, 0, 5, 0, 0, 0, 0, 1]), "test"), "cut short");
        Refused.With(() => SafeTensors.Read(new MemoryStream([0, 0, 0]), "test"), "3 bytes");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        using TempFolder folder = new();
        SafeTensors.Write(folder["m"], [new NamedTensor("w", [4], new float[4])], NoMetadata);
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        for (int length = 0; length < bytes.Length; length++)
        {
            string path = folder.Write("cut", bytes.AsSpan(0, length));
            Refused.With(() => SafeTensors.Read(path), path);
            Refused.With(() => SafeTensors.ReadMetadata(path), path);
        }
    }

    [Fact]
    public void Names_must_differ_and_shapes_must_fit()
    {
        Refused.With(
            () => SafeTensors.Write("never", [new NamedTensor("a", [1], [1f]), new NamedTensor("a", [1], [1f])], NoMetadata), "\"a\"");
        Refused.With(() => new NamedTensor("__metadata__", [1], [1f]), "__metadata__");
        Refused.With(() => new NamedTensor("a", [2], [1f]), "(2,)", "1 values");
    }

    [Fact]
    public void Mutations_give_a_value_or_a_JouleException()
    {
        using TempFolder folder = new();
        SafeTensors.Write(folder["m"], [new NamedTensor("w", [2, 2], new float[4]), new NamedTensor("b", [3], [1, 2, 3])],
            new Dictionary<string, string> { ["k"] = "v" });
        Fuzz.Run(File.ReadAllBytes(folder["m"]), bytes => SafeTensors.Read(new MemoryStream(bytes), "fuzzed"), 4000);
    }

    private static string Tensor(string name, string type, string shape, string offsets) =>
        $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[{offsets}]}}";

    private static SafeTensorsContent Read(string header, byte[] data)
    {
        byte[] text = Encoding.Latin1.GetBytes(header);
        return SafeTensors.Read(new MemoryStream([.. BitConverter.GetBytes((long)text.Length), .. text, .. data]), "test");
    }
}
