using nietras.SeparatedValues;

namespace Joule.Tables;

/// <summary>
/// Reads delimited text files: CSV, TSV and others, plain or gzipped, in UTF-8, UTF-16 or UTF-32, with or without a byte order mark.
/// </summary>
internal static class DelimitedFile
{
    /// <summary>Reads a table.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="file">Its name in messages.</param>
    /// <param name="separator">The cell separator.</param>
    /// <param name="isPacked">Whether the file name ends in .gz.</param>
    /// <param name="reading">The options.</param>
    /// <exception cref="InvalidInputException">The file is not such a table. The message names the line and the column.</exception>
    public static Table Read(Stream stream, string file, char separator, bool isPacked, TableReading reading)
    {
        using PackedText source = new(stream, file);
        if (isPacked && !source.IsPacked)
        {
            throw InvalidInputException.At(file, 0, "the file name ends in .gz, but the content is not gzipped (it does not start with "
                + "the bytes 1f 8b). Correct the extension.");
        }
        using CheckedText text = new(source, file, separator, reading.Quotes);
        try
        {
            using SepReader rows = Sep.New(separator).Reader(options => options with
            {
                HasHeader = false,
                DisableColCountCheck = true,
                DisableQuotesParsing = !reading.Quotes,
                Unescape = reading.Quotes,
                Trim = SepTrim.Outer,
            }).From(text);
            return new Rows(rows, text, file, source.FileLength, separator, reading).Read();
        }
        catch (NotSupportedException error)
        {
            // The parser's limit for a row, which many long cells may exceed.
            RowStart row = text.Rows.TryPeek(out RowStart found) ? found : default;
            throw InvalidInputException.At(file, $"line {row.Line}", row.Offset,
                "the row has more than 16 million characters. Shorten it.", error);
        }
    }

    private sealed class Rows(SepReader rows, CheckedText text, string file, long length, char separator, TableReading reading)
    {
        private readonly HashSet<string> _missing = new(reading.Missing, StringComparer.OrdinalIgnoreCase);
        private readonly Cells<int> _lines = new();
        private string[] _names = [];
        private ColumnBuilder[] _columns = [];

        public Table Read()
        {
            RowStart last = default;
            foreach (SepReader.Row row in rows)
            {
                RowStart start = text.Rows.Dequeue();
                last = start;
                if (IsBlank(row))
                    continue;
                if (_names.Length == 0)
                {
                    NameColumns(row, start);
                    text.DropsBlankLines = _names.Length != 1;
                    if (reading.Header)
                        continue;
                }
                Add(row, start);
            }
            if (_names.Length == 0)
            {
                throw InvalidInputException.At(file, "line 1", 0,
                    "the file has no line with text. Give a table whose first line names the columns.");
            }
            if (_lines.Count == 0)
            {
                throw InvalidInputException.At(file, $"line {last.Line}, column 1", last.Offset,
                    "the header is the only line; no row follows. Give a table with at least one row.");
            }
            return new Table(file, _lines.Count, [.. _columns.Where(c => !c.IsSkipped).Select(c => c.Build())], _lines.ToArray())
            {
                Skipped = [.. _names.Where((_, i) => _columns[i].IsSkipped)],
            };
        }

        // A blank line is not a row, unless it is a missing value of the only column.
        private bool IsBlank(SepReader.Row row) =>
            _names.Length != 1 && (row.Span.IsEmpty || (row.ColCount == 1 && row[0].Span.Length == 0));

        private void NameColumns(SepReader.Row row, RowStart start)
        {
            int count = row.ColCount;
            TableLimit.Check(file, length, 0, count, start.Offset);
            _names = new string[count];
            for (int i = 0; i < count; i++)
                _names[i] = reading.Header ? row[i].Span.ToString() : TableReading.NameOf(i);
            if (count == 1 && reading.Header && _names[0].AsSpan().IndexOfAny(";\t,|") is var other and >= 0)
            {
                string shown = _names[0][other] == '\t' ? "tab" : _names[0][other].ToString();
                throw InvalidInputException.At(file, $"line {start.Line}, column 1", start.Offset,
                    $"the header is a single cell, \"{MessageText.Of(_names[0])}\", with "
                    + $"{(separator == '\t' ? "tabs" : $"'{separator}'")} as the separator. "
                    + $"If '{shown}' is the separator: --set data.separator={shown}.");
            }
            Dictionary<string, int> seen = [];
            for (int i = 0; i < count; i++)
            {
                if (_names[i].Length == 0)
                {
                    throw InvalidInputException.At(file, $"line {start.Line}, column {i + 1}", start.Offset,
                        "the column has no name. Name every column in the first line; or, if there is no header, "
                        + "--set data.header=false.");
                }
                if (seen.TryGetValue(_names[i], out int earlier))
                {
                    throw InvalidInputException.At(file, $"line {start.Line}, column {i + 1}", start.Offset,
                        $"columns {earlier + 1} and {i + 1} are both called \"{MessageText.Of(_names[i])}\"; names must differ. Rename "
                        + "one of them; or, if there is no header, --set data.header=false.");
                }
                seen.Add(_names[i], i);
            }
            LevelPool.Room room = new();
            _columns = [.. _names.Select(name => new ColumnBuilder(name, reading.TypeOf(name), reading.Decimal, _missing, room))];
        }

        private void Add(SepReader.Row row, RowStart start)
        {
            if (row.ColCount != _names.Length)
                throw Ragged(row, start);
            for (int i = 0; i < _columns.Length; i++)
            {
                try
                {
                    _columns[i].Add(row[i].Span);
                }
                catch (CellException error)
                {
                    throw InvalidInputException.At(file, $"line {start.Line}, column {i + 1} (\"{MessageText.Of(_names[i])}\")",
                        start.Offset, error.Message);
                }
            }
            _lines.Add(start.Line);
            if ((_lines.Count & 0xFFFF) == 0)
                TableLimit.Check(file, length, (UInt128)_lines.Count, 1, start.Offset);
        }

        private InvalidInputException Ragged(SepReader.Row row, RowStart start)
        {
            int has = row.ColCount, names = _names.Length;
            string header = reading.Header ? "the header names" : "the first line has";
            if (has < names)
            {
                return InvalidInputException.At(file, $"line {start.Line}, column {has + 1} (\"{MessageText.Of(_names[has])}\")",
                    start.Offset,
                    $"the row ends after {Counted.Of(has, "cell")}, but {header} {Counted.Of(names, "column")}. Every row must have as "
                    + "many; leave a cell empty if it has no value.");
            }
            bool split = false;
            for (int i = 0; i + 1 < has; i++)
                split |= row[i].Span is [.., >= '0' and <= '9'] && row[i + 1].Span is [>= '0' and <= '9', ..];
            string decimals = split && separator == ','
                ? " If numbers have decimal commas, as in 3,5, write points, or quote the cells and --set data.decimal=,."
                : "";
            return InvalidInputException.At(file, $"line {start.Line}, column {names + 1}", start.Offset,
                $"the row has {Counted.Of(has, "cell")}, but {header} {Counted.Of(names, "column")}. Every row must have as many; quote a "
                + $"cell that contains a separator.{decimals}");
        }
    }
}
