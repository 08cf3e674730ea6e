namespace Joule.Data;

/// <summary>The check sum of PNG, gzip and zip: CRC-32 with the polynomial 0xEDB88320.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Carries a check sum over more bytes.</summary>
    /// <param name="before">The check sum of the bytes before; 0 where there are none.</param>
    /// <param name="bytes">The bytes that follow.</param>
    public static uint Of(uint before, ReadOnlySpan<byte> bytes)
    {
        var crc = ~before;
        foreach (var value in bytes) crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            var value = n;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
            table[n] = value;
        }
        return table;
    }
}
