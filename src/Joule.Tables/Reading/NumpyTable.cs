using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// Reads tables from NumPy files: a two-dimensional array of numbers in <c>.npy</c>, or the arrays <c>X</c> (rows) and <c>y</c> (labels,
/// optional) in <c>.npz</c>. NaN is a missing value.
/// </summary>
internal static class NumpyTable
{
    /// <summary>The name of the array with the rows.</summary>
    public const string Rows = "X";

    /// <summary>The name of the array with one label per row, and of its column.</summary>
    public const string Labels = "y";

    /// <summary>Reads an array.</summary>
    /// <exception cref="InvalidInputException">The file is not a complete NPY file, or its array does not have two dimensions.</exception>
    public static Table ReadArray(Stream stream, string file, TableReading reading)
    {
        long length = stream.Length;
        NumberArray rows = NpyFile.ReadNumbersSized(stream, file, (shape, offset) => CheckRows(file, length, shape, offset));
        return Make(file, rows, null, reading);
    }

    /// <summary>Reads an archive.</summary>
    /// <exception cref="InvalidInputException">
    /// The archive is incomplete, has no array <c>X</c>, or an array has the wrong dimensions.
    /// </exception>
    public static Table ReadArchive(Stream stream, string file, TableReading reading)
    {
        long length = stream.Length;
        NpzArchive archive = new(stream, file);
        NumberArray rows = archive.ReadNumbers(Rows, (shape, offset) => CheckRows($"{file}:{Rows}", length, shape, offset, file));
        NumberArray? labels = null;
        if (archive.Names.Contains(Labels))
        {
            labels = archive.ReadNumbers(Labels, (shape, offset) =>
            {
                if (shape is [var count] && count == rows.Shape[0] || shape is [var n, 1] && n == rows.Shape[0])
                    return;
                throw InvalidInputException.At(file, offset,
                    $"{Labels} has the shape {NpyArray.Describe(shape)}; with {rows.Shape[0]} rows in {Rows}, ({rows.Shape[0]},) was "
                    + "expected: one label per row.");
            });
        }
        return Make(file, rows, labels, reading);
    }

    private static void CheckRows(string name, long length, int[] shape, long offset, string? file = null)
    {
        if (shape is not [_, > 0])
        {
            throw InvalidInputException.At(file ?? name, offset,
                $"{(file is null ? "the array" : Rows)} has the shape {NpyArray.Describe(shape)}; a table has two dimensions, (rows, "
                + "columns). Reshape it: array.reshape(len(array), -1).");
        }
        if (shape[0] == 0)
            throw InvalidInputException.At(file ?? name, offset, "the table has no rows. Give a table with at least one row.");
        TableLimit.Check(file ?? name, length, (UInt128)shape[0], shape[1], offset);
    }

    private static Table Make(string file, NumberArray rows, NumberArray? labels, TableReading reading)
    {
        (int count, int width) = (rows.Shape[0], rows.Shape[1]);
        List<TableColumn> columns = [];
        List<string> skipped = [];
        for (int j = 0; j < width; j++)
            Add(TableReading.NameOf(j), rows, j, width);
        if (labels is not null)
            Add(Labels, labels, 0, 1);
        return new Table(file, count, columns) { LabelName = labels is null ? null : Labels, Skipped = skipped };

        void Add(string name, NumberArray array, int first, int step)
        {
            CellType type = reading.TypeOf(name);
            if (type == CellType.Skipped)
            {
                skipped.Add(name);
                return;
            }
            double[] values = new double[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = array.Values[first + (i * step)];
                if (double.IsInfinity(values[i]))
                {
                    throw InvalidInputException.At(file, $"row {i}, column \"{name}\"", 0,
                        $"the value {values[i]} is not finite; an energy needs finite numbers. Write NaN for a missing value.");
                }
            }
            NumberColumn numbers = new(name, values);
            columns.Add(type == CellType.Text ? numbers.AsText() : numbers);
        }
    }
}
