using Xunit;

namespace Joule.Tables.Tests.Reading;

public sealed class TableLimitTests
{
    [Fact]
    public void A_table_may_take_16_times_its_file_and_63_MiB()
    {
        const long file = 1 << 20;
        long cells = (16 * file + (63L << 20)) / 8;
        TableLimit.Check("t.csv", file, (UInt128)cells, 1, 0);
        string message = Assert.Throws<InvalidInputException>(() => TableLimit.Check("t.csv", file, (UInt128)cells + 1, 1, 5)).Message;
        Assert.Contains("t.csv", message, StringComparison.Ordinal);
        Assert.Contains("5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Claims_that_overflow_64_bits_are_refused() =>
        Assert.Throws<InvalidInputException>(() => TableLimit.Check("t", long.MaxValue / 32, (UInt128)ulong.MaxValue, 10_000, 0));

    [Fact]
    public void At_most_10_000_columns_are_read()
    {
        TableLimit.Check("t", 1 << 30, 1, 10_000, 0);
        Assert.Contains("10,001", Assert.Throws<InvalidInputException>(() => TableLimit.Check("t", 1 << 30, 1, 10_001, 0)).Message,
            StringComparison.Ordinal);
    }
}
