using System.Text;
using Joule.Cli.Files;
using Xunit;

namespace Joule.Cli.Tests.Files;

public sealed class OutputKindTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData(null, "a note")]
    [InlineData(null, "name,energy")]
    [InlineData("a table of energies", "index,name,energy\n0,a,1\n")]
    [InlineData("the metrics of a run", "epoch,step,seconds\n")]
    [InlineData("JSON", "{}")]
    [InlineData("JSON", "\n  {\"a\": 1}")]
    [InlineData("JSON", "﻿{}")]
    public void Text_is_known_by_its_first_words(string? expected, string text)
    {
        OutputKind? kind = OutputKind.Of(Encoding.UTF8.GetBytes(text), text.Length);
        Assert.Equal(expected is null, kind is null);
        if (expected is not null)
            Assert.StartsWith(expected, kind!.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_of_PowerShell_is_JSON()
    {
        byte[] text = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")];
        Assert.StartsWith("JSON", OutputKind.Of(text, text.Length)!.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a PNG picture", 0x89, 'P', 'N', 'G', 13, 10)]
    [InlineData("an NPY array", 0x93, 'N', 'U', 'M', 'P', 'Y')]
    [InlineData("a ZIP or NPZ archive", 'P', 'K', 3, 4, 20, 0)]
    [InlineData("a gzipped file", 0x1f, 0x8b, 8, 0)]
    [InlineData("an HDF5 file", 0x89, 'H', 'D', 'F', 13)]
    [InlineData("an IDX file", 0, 0, 8, 3, 0, 0)]
    [InlineData("a JPEG picture", 0xff, 0xd8, 0xff, 0xe0)]
    [InlineData("a safetensors file", 2, 0, 0, 0, 0, 0, 0, 0, '{', '}')]
    public void Binary_files_are_known_by_their_first_bytes(string expected, params object[] bytes)
    {
        byte[] head = [.. bytes.Select(b => b is char c ? (byte)c : (byte)(int)b)];
        Assert.StartsWith(expected, OutputKind.Of(head, head.Length)!.Words, StringComparison.Ordinal);
    }
}
