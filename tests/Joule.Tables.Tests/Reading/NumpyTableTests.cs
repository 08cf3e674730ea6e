using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class NumpyTableTests
{
    [Fact]
    public void An_array_is_a_table_in_full_precision()
    {
        Table table = DelimitedFileTests.Read(Npy("(2, 3)", 1, 2.25, double.NaN, 16777217, 1e-300, 6), "t.npy");
        Assert.Equal(["c0", "c1", "c2"], table.Columns.Select(c => c.Name));
        Assert.Equal([1.0, 16777217], DelimitedFileTests.Numbers(table, "c0"));
        Assert.Equal([2.25, 1e-300], DelimitedFileTests.Numbers(table, "c1"));
        Assert.Equal([double.NaN, 6], DelimitedFileTests.Numbers(table, "c2"));
        Assert.Equal("row 1", table.Place(1));
    }

    [Fact]
    public void Fortran_order_is_transposed() =>
        Assert.Equal([1.0, 4], DelimitedFileTests.Numbers(DelimitedFileTests.Read(Npy("(2, 3)", true, 1, 4, 2, 5, 3, 6), "t.npy"), "c0"));

    [Fact]
    public void X_and_y_of_an_archive_are_rows_and_labels()
    {
        Table table = DelimitedFileTests.Read(Npz(("X", Npy("(2, 1)", 5, 7)), ("y", Npy("(2,)", 0, 1))), "t.npz");
        Assert.Equal(["c0", "y"], table.Columns.Select(c => c.Name));
        Assert.Equal("y", table.LabelName);
        Assert.Equal([0.0, 1], DelimitedFileTests.Numbers(table, "y"));
        Assert.Null(DelimitedFileTests.Read(Npz(("X", Npy("(2, 1)", 5, 7))), "t.npz").LabelName);
    }

    [Fact]
    public void Other_arrays_are_refused_by_name()
    {
        Bad(Npy("(4,)", 1, 2, 3, 4), "t.npy", "the array has the shape (4,); a table has two dimensions");
        Bad(Npy("(0, 4)"), "t.npy", "the table has no rows");
        Bad(Npy("(1, 2)", 1, double.NegativeInfinity), "t.npy", "row 0, column \"c1\": the value -Infinity is not finite");
        Bad(Npz(("x", Npy("(2, 1)", 5, 7))), "t.npz", "the archive holds no array 'X'. Did you mean 'x'?");
        Bad(Npz(("X", Npy("(2, 1)", 5, 7)), ("y", Npy("(3,)", 0, 1, 1))), "t.npz",
            "y has the shape (3,); with 2 rows in X, (2,) was expected");
        Bad(Npz(("X", Npy("(2, 1, 1)", 5, 7))), "t.npz", "X has the shape (2, 1, 1)");
    }

    internal static byte[] Npy(string shape, params double[] values) => Npy(shape, false, values);

    internal static byte[] Npz(params (string Name, byte[] Content)[] arrays)
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in arrays)
            {
                using Stream entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }

    private static byte[] Npy(string shape, bool fortran, params double[] values)
    {
        string header = $"{{'descr': '<f8', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n";
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header),
            .. new byte[8 * values.Length]];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(bytes.Length - (8 * (values.Length - i))), values[i]);
        return bytes;
    }

    private static void Bad(byte[] bytes, string name, string problem) =>
        Assert.Contains(problem, Assert.Throws<InvalidInputException>(() => DelimitedFileTests.Read(bytes, name)).Message,
            StringComparison.Ordinal);
}
