using Joule.Compute;
using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class NoModelTests
{
    [Fact]
    public void The_error_says_what_another_file_is_and_what_is_expected()
    {
        using TempFolder folder = new();
        using Device device = Device.Cpu(1);
        foreach ((string name, byte[] bytes, string word) in (IEnumerable<(string, byte[], string)>)
            [("m.pt", FileKindTests.Zip("m/data.pkl"), "PyTorch"),
                ("s.safetensors", [.. "PK\x03\x04"u8, .. new byte[200]], "ZIP archive"),
                ("p", "version https://git-lfs.github.com/spec/v1\n"u8.ToArray(), "git lfs pull"),
                ("x.csv", "a,b\n"u8.ToArray(), "CSV"), ("x.h5", [0x89, .. "HDF\r\n\x1a\n"u8], "HDF5")])
        {
            folder.Write(name, bytes);
            Refused.With(() => Model.Describe(folder[name]), name + ", byte 0", word, "not a model", "joule train");
            Refused.With(() => Model.Load(folder[name], device), name + ", byte 0", word, "not a model", "joule train");
            Refused.With(() => RunFolder.Open(folder[name], out _), name, "is a file", "folder of a run");
        }
        folder.Write("odd", [.. Enumerable.Range(0, 200).Select(i => (byte)(250 - i))]);
        InvalidInputException error = Refused.With(
            () => Model.Describe(folder["odd"]), "odd, byte 0", "not a safetensors file", "joule train");
        Assert.DoesNotContain("bytes;", error.Message, StringComparison.Ordinal); // the first bytes are not taken for a size
        folder.Write("m.safetensors", [255, 255, 255, 0, 0, 0, 0, 0, .. "{}"u8]);
        Refused.With(() => Model.Describe(folder["m.safetensors"]), "cut short"); // damaged safetensors are named as such
    }

    [Fact]
    public void The_error_says_what_another_folder_is()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["empty"]);
        Refused.With(() => Model.Find(folder["empty"]), "holds no model.safetensors", "it is empty");
        folder.Write("pictures/a.png", "x"u8);
        Refused.With(() => Model.Find(folder["pictures"]), "it holds pictures (1 *.png)");
        folder.Write("run/config.json", "{}"u8);
        folder.Write("run/run.json", "{}"u8);
        Refused.With(() => Model.Find(folder["run"]), "whose first model is not written yet");
        folder.Write("part/metrics.csv", "x"u8);
        folder.Write("part/run.json", "{}"u8);
        Refused.With(() => Model.Find(folder["part"]), "a part of a run", "run.json, metrics.csv", "model.safetensors is missing");
        folder.Write("checkpoints/step-1.ckpt", "x"u8);
        Refused.With(() => Model.Find(folder["checkpoints"]), "it holds step-1.ckpt: name that file");
        folder.Write("other/a.txt", "x"u8);
        Refused.With(() => Model.Find(folder["other"]), "it is not a run: it holds a.txt");
    }
}
