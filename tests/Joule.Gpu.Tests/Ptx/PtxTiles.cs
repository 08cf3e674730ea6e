namespace Joule.Gpu.Tests.Ptx;

/// <summary>
/// The product of a 16 × 8 and an 8 × 8 matrix by a warp. Products of tf32 numbers are exact in float32; the sums are rounded to float32
/// after each term, from the first to the last. A card may round otherwise.
/// </summary>
internal sealed class PtxTiles
{
    private const string Known = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32";
    private const uint Below = 0x1FFF; // bits of a float32 number that tf32 does not have

    private readonly int[] _to, _left, _right, _from;

    public PtxTiles(string operation, int[][] operands)
    {
        if (operation != Known || operands.Length != 4 || !operands.Select(o => o.Length).SequenceEqual([4, 4, 2, 4]))
            throw new PtxFault($"unknown instruction {operation}");
        (_to, _left, _right, _from) = (operands[0], operands[1], operands[2], operands[3]);
    }

    /// <summary>The nearest tf32 number, away from 0 if two are.</summary>
    public static uint Round(uint bits) => float.IsNaN(BitConverter.UInt32BitsToSingle(bits)) ? bits : (bits + 0x1000) & ~Below;

    public void Multiply(ReadOnlySpan<PtxThread> warp)
    {
        Span<float> left = stackalloc float[16 * 8], right = stackalloc float[8 * 8];
        for (int lane = 0; lane < 32; lane++)
        {
            ulong[] r = warp[lane].Registers;
            int g = lane / 4, t = lane % 4;
            for (int i = 0; i < 4; i++)
                left[(g + i % 2 * 8) * 8 + t + i / 2 * 4] = Number(r[_left[i]]);
            for (int i = 0; i < 2; i++)
                right[(t + i * 4) * 8 + g] = Number(r[_right[i]]);
        }
        for (int lane = 0; lane < 32; lane++)
        {
            ulong[] r = warp[lane].Registers;
            for (int i = 0; i < 4; i++)
            {
                int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
                float sum = BitConverter.UInt32BitsToSingle((uint)r[_from[i]]);
                for (int k = 0; k < 8; k++)
                    sum += left[row * 8 + k] * right[k * 8 + column];
                r[_to[i]] = BitConverter.SingleToUInt32Bits(sum);
            }
        }
    }

    // A number that was not rounded is a mistake of the kernel: a card would cut its last bits off.
    private static float Number(ulong bits) => ((uint)bits & Below) == 0
        ? BitConverter.UInt32BitsToSingle((uint)bits)
        : throw new PtxFault($"the word {bits:X8} is no tf32 number");
}
