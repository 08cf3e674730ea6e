using Parquet;
using Parquet.Schema;

namespace Joule.Tables.Tests.Reading;

/// <summary>Makes Parquet files of a few columns.</summary>
internal static class ParquetBytes
{
    /// <summary>Writes columns; columns of strings and of nullable types may have missing values.</summary>
    public static byte[] Of(CompressionMethod packing, int groups, params (Field Field, object Values)[] columns)
    {
        using MemoryStream bytes = new();
        ParquetSchema schema = new(columns.Select(c => c.Field));
        ParquetOptions options = new() { CompressionMethod = packing };
        Run(async () =>
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, bytes, options);
            for (int g = 0; g < groups; g++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                for (int i = 0; i < columns.Length; i++)
                    await Write(group, (DataField)columns[i].Field, columns[i].Values);
            }
        });
        return bytes.ToArray();
    }

    private static Task Write(ParquetRowGroupWriter group, DataField field, object values) => values switch
    {
        string?[] texts => group.WriteAsync(field, texts),
        double[] v => group.WriteAsync<double>(field, v),
        float[] v => group.WriteAsync<float>(field, v),
        int[] v => group.WriteAsync<int>(field, v),
        long[] v => group.WriteAsync<long>(field, v),
        bool[] v => group.WriteAsync<bool>(field, v),
        decimal[] v => group.WriteAsync<decimal>(field, v),
        DateTime[] v => group.WriteAsync<DateTime>(field, v),
        double?[] v => group.WriteAsync<double>(field, v),
        int?[] v => group.WriteAsync<int>(field, v),
        bool?[] v => group.WriteAsync<bool>(field, v),
        byte[]?[] v => group.WriteAsync(field, v),
        _ => throw new NotSupportedException(values.GetType().Name),
    };

    private static void Run(Func<Task> work) => work().GetAwaiter().GetResult();
}
