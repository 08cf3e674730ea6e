using System.Buffers.Binary;
using Joule.Data;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Joule.Tables;

/// <summary>
/// Reads Parquet files of flat columns: numbers, Booleans, text, dates and times, all with missing values. Everything is checked before it
/// reaches the Parquet library; see <see cref="ThriftCopy"/> and <see cref="ParquetPages"/>.
/// </summary>
internal static class ParquetTable
{
    private const int MostFooter = 1 << 25;
    private const int MostDepth = 16;

    /// <summary>Reads a table.</summary>
    /// <exception cref="InvalidInputException">The file is not a complete Parquet file, or a column cannot be used in a table.</exception>
    public static Table Read(Stream stream, string file, TableReading reading)
    {
        (byte[] footer, long end) = Footer(stream, file);
        using ParquetStage stage = new(footer);
        try
        {
            // Everything runs on this thread, because the stream never blocks.
            ParquetReader reader = ParquetReader.CreateAsync(stage).GetAwaiter().GetResult();
            return new Columns(stream, file, stage, reader, end, reading).Read();
        }
        catch (Exception error) when (error is not (InvalidInputException or OutOfMemoryException))
        {
            throw Damaged(file, end, $"its footer cannot be read ({MessageText.Of(error.Message)})", error);
        }
    }

    /// <summary>Reads and checks the footer; returns it with its offset.</summary>
    private static (byte[] Footer, long Start) Footer(Stream stream, string file)
    {
        long length = stream.Length;
        Span<byte> head = stackalloc byte[4], tail = stackalloc byte[8];
        int got = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (got < 4 || !head.SequenceEqual("PAR1"u8))
        {
            stream.Position = 0;
            FileKind? kind = FileKind.Of(stream, out _);
            throw InvalidInputException.At(file, 0, $"this is {(kind is null ? "not a Parquet file" : kind.Name)} (it does not start with "
                + "PAR1). Give the file its own extension, or write it again.");
        }
        if (length < 12)
            throw Damaged(file, length, "it is truncated");
        stream.Position = length - 8;
        stream.ReadExactly(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8))
        {
            throw Damaged(file, length - 4, tail[4..].SequenceEqual("PARE"u8)
                ? "it is encrypted; only unencrypted files are read"
                : "it does not end with PAR1; it is truncated");
        }
        int size = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (size < 1 || size > length - 12 || size > MostFooter)
        {
            throw Damaged(file, length - 8,
                $"its footer claims {size} bytes; it must have 1 to {Math.Min(length - 12, MostFooter)}");
        }
        byte[] bytes = new byte[size];
        stream.Position = length - 8 - size;
        stream.ReadExactly(bytes);
        ThriftCopy copy = new ThriftCopy(bytes, file, length - 8 - size).Run(ThriftShape.File);
        CheckSchema(copy.Children, file, length - 8 - size);
        return (copy.Copied, length - 8 - size);
    }

    // The schema is a tree in preorder: each element is followed by its children. The library walks it recursively.
    private static void CheckSchema(List<int> children, string file, long offset)
    {
        Stack<int> open = new();
        for (int i = 0; i < children.Count; i++)
        {
            if (children[i] < 0 || children[i] > children.Count)
                throw Damaged(file, offset, $"an element of its schema claims {children[i]} children");
            while (open.Count > 0 && open.Peek() == 0)
                open.Pop();
            if (i > 0 && open.Count == 0)
                throw Damaged(file, offset, "its schema continues after its end");
            if (open.Count > 0)
                open.Push(open.Pop() - 1);
            if (children[i] > 0)
                open.Push(children[i]);
            if (open.Count > MostDepth)
                throw Damaged(file, offset, $"its schema is nested more than {MostDepth} deep");
        }
        if (children.Count == 0 || open.Any(left => left > 0))
            throw Damaged(file, offset, "its schema is incomplete");
    }

    private static InvalidInputException Damaged(string file, long offset, string why, Exception? error = null) =>
        InvalidInputException.At(file, offset, $"the Parquet file cannot be read: {why}. Write or fetch it again.", error);

    private sealed class Columns(Stream stream, string file, ParquetStage stage, ParquetReader reader, long end, TableReading reading)
    {
        private readonly List<string> _skipped = [];
        private readonly LevelPool.Room _room = new();

        public Table Read()
        {
            long rows = 0;
            foreach (RowGroup group in reader.Metadata!.RowGroups)
            {
                if (group.NumRows < 0 || group.NumRows > int.MaxValue - rows)
                    throw Damaged(file, end, $"a row group claims {group.NumRows} rows");
                rows += group.NumRows;
            }
            IReadOnlyList<Field> fields = reader.Schema.Fields;
            if (rows == 0)
                throw InvalidInputException.At(file, end, "the table has no rows. Give a table with at least one row.");
            TableLimit.Check(file, stream.Length, (UInt128)rows, fields.Count, end);
            List<TableColumn> columns = [];
            foreach (Field field in fields)
            {
                CellType type = reading.TypeOf(field.Name);
                if (type == CellType.Skipped)
                    _skipped.Add(field.Name);
                else
                    columns.Add(Column(field, type, (int)rows));
            }
            return new Table(file, (int)rows, columns) { Skipped = _skipped };
        }

        private TableColumn Column(Field field, CellType type, int rows)
        {
            string name = MessageText.Of(field.Name);
            if (field is not DataField data || data.IsArray || data.MaxRepetitionLevel > 0)
                throw Unusable(name, "holds lists, maps or structures");
            System.Type kind = data.ClrType;
            NumberFormat? format = data is DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } ? NumberFormat.Date
                : kind == typeof(DateTime) ? NumberFormat.Time
                : kind == typeof(float) || kind == typeof(double) ? null : kind == typeof(decimal) ? null : NumberFormat.Whole;
            double perUnit = format == NumberFormat.Date ? TimeSpan.TicksPerDay : TimeSpan.TicksPerSecond;
            TableColumn column = kind switch
            {
                _ when kind == typeof(string) || kind == typeof(ReadOnlyMemory<char>) =>
                    Texts<ReadOnlyMemory<char>>(data, rows, v => v.ToString(), new string('\uFFFF', 1).AsMemory(),
                    new string('\uFFFE', 1).AsMemory()),
                _ when kind == typeof(Guid) => Texts<Guid>(data, rows, v => v.ToString(), new Guid(-1, -1, -1, new byte[8]),
                    new Guid(-2, -1, -1, new byte[8])),
                _ when kind == typeof(bool) => Texts<bool>(data, rows, v => v ? "true" : "false", true, false),
                _ when kind == typeof(sbyte) => Numbers<sbyte>(data, rows, v => v, 91, 90),
                _ when kind == typeof(byte) => Numbers<byte>(data, rows, v => v, 91, 90),
                _ when kind == typeof(short) => Numbers<short>(data, rows, v => v, 0x5B5B, 90),
                _ when kind == typeof(ushort) => Numbers<ushort>(data, rows, v => v, 0x5B5B, 90),
                _ when kind == typeof(int) => Numbers<int>(data, rows, v => v, 0x5B5B5B5B, 90),
                _ when kind == typeof(uint) => Numbers<uint>(data, rows, v => v, 0x5B5B5B5B, 90),
                _ when kind == typeof(long) => Numbers<long>(data, rows, v => v, 0x5B5B5B5B5B5B5B5B, 90),
                _ when kind == typeof(ulong) => Numbers<ulong>(data, rows, v => v, 0x5B5B5B5B5B5B5B5B, 90),
                _ when kind == typeof(Half) => Numbers<Half>(data, rows, v => (double)v, (Half)90.5, (Half)91.5),
                _ when kind == typeof(float) => Numbers<float>(data, rows, v => v, 1.2345e-33f, 90),
                _ when kind == typeof(double) => Numbers<double>(data, rows, v => v, 1.2345e-303, 90),
                _ when kind == typeof(decimal) => Numbers<decimal>(data, rows, v => (double)v, 12345.6789012345678m, 90),
                _ when kind == typeof(DateTime) => Numbers<DateTime>(data, rows, v => (v.Ticks - DateTime.UnixEpoch.Ticks) / perUnit,
                    new DateTime(12345678901), new DateTime(90), format),
                _ => throw Unusable(name, kind == typeof(byte[]) || kind == typeof(ReadOnlyMemory<byte>) ? "holds bytes"
                    : $"holds values of the type {kind.Name}"),
            };
            if (type == CellType.Text && column is NumberColumn numbers)
                return numbers.AsText();
            return type == CellType.Number && column is TextColumn
                ? throw InvalidInputException.At(file, end,
                    $"column \"{name}\" holds text, but it is read as numbers. Use --set data.columns.NAME=categorical, or =ignore.")
                : column;
        }

        private NumberColumn Numbers<T>(DataField field, int rows, Func<T, double> number, T first, T second,
            NumberFormat? format = null) where T : struct
        {
            double[] values = new double[rows];
            Fill(field, first, second, (row, value) => values[row] = value is { } there ? number(there) : double.NaN);
            int infinite = Array.FindIndex(values, double.IsInfinity);
            return infinite < 0 ? new NumberColumn(field.Name, values, format)
                : throw InvalidInputException.At(file, end,
                    $"row {infinite}, column \"{MessageText.Of(field.Name)}\": the value {values[infinite]} is not finite; an energy "
                    + "needs finite numbers. Write null for a missing value.");
        }

        private TextColumn Texts<T>(DataField field, int rows, Func<T, string> text, T first, T second) where T : struct
        {
            int[] codes = new int[rows];
            LevelPool pool = new(_room);
            HashSet<string> missing = new(reading.Missing, StringComparer.OrdinalIgnoreCase);
            Fill(field, first, second, (row, value) =>
            {
                string level = value is { } there ? text(there) : "";
                codes[row] = value is null || missing.Contains(level.Trim(' ')) ? -1 : pool.Code(level);
            });
            return new TextColumn(field.Name, codes, pool.Levels) { Overflows = pool.Overflows };
        }

        private void Fill<T>(DataField field, T first, T second, Action<int, T?> put) where T : struct
        {
            int row = 0;
            string name = MessageText.Of(field.Name);
            for (int g = 0; g < reader.RowGroupCount; g++)
            {
                ParquetRowGroupReader group = reader.OpenRowGroupReader(g);
                int count = (int)group.RowCount;
                ColumnMetaData column = group.RowGroup.Columns.FirstOrDefault(c => c.MetaData is { PathInSchema: [var only] }
                    && only == field.Name)?.MetaData
                    ?? throw Damaged(file, end, $"a row group has no column \"{name}\"");
                if (column.NumValues != count)
                    throw Damaged(file, end, $"column \"{name}\" claims {column.NumValues} values in {count} rows");
                if (count == 0)
                    continue;
                stage.Show(ParquetPages.Read(stream, file, column, field.Name, count, end));
                (column.DataPageOffset, column.DictionaryPageOffset, column.IndexPageOffset) = (ParquetStage.Start, null, null);
                int[] levels = new int[field.MaxDefinitionLevel > 0 ? count : 0];
                T[] values = Read(group, field, name, count, levels, first, second);
                for (int i = 0, at = 0; i < count; i++)
                    put(row++, levels.Length > 0 && levels[i] < field.MaxDefinitionLevel ? null : values[at++]);
            }
        }

        // The library does not report how many values it has read, and leaves the rest of the buffer unchanged. So the buffer is filled
        // with a mark: if the last value differs, all were read. If it equals the mark, a second reading with another mark decides.
        private T[] Read<T>(ParquetRowGroupReader group, DataField field, string name, int count, int[] levels, T first, T second)
            where T : struct
        {
            T[] values = new T[count];
            foreach (T mark in (ReadOnlySpan<T>)[first, second])
            {
                values.AsSpan().Fill(mark);
                levels.AsSpan().Fill(-1);
                try
                {
                    group.ReadRawAsync<T>(field, values, levels.Length > 0 ? levels.AsMemory() : (Memory<int>?)null,
                        null).AsTask().GetAwaiter().GetResult();
                }
                catch (Exception error) when (error is not (InvalidInputException or OutOfMemoryException))
                {
                    throw Damaged(
                        file, end, $"column \"{name}\" is damaged or has an unknown encoding ({MessageText.Of(error.Message)})", error);
                }
                int there = levels.Length > 0 ? levels.Count(level => level == field.MaxDefinitionLevel) : count;
                if (levels.AsSpan().IndexOfAnyExceptInRange(0, field.MaxDefinitionLevel) >= 0)
                    throw Damaged(file, end, $"column \"{name}\" does not say for every row whether it has a value");
                if (there == 0 || !values[there - 1].Equals(mark))
                    return values;
            }
            throw Damaged(file, end, $"column \"{name}\" has fewer values than it claims");
        }

        private InvalidInputException Unusable(string name, string what) => InvalidInputException.At(file, end,
            $"column \"{name}\" {what}; numbers, Booleans, text, dates and times can be read. Leave it out: --set "
            + $"data.columns.{name}=ignore, or save the table without it.");
    }
}
