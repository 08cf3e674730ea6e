using Joule.Compute;
using Joule.Data;
using Joule.States;

namespace Joule.Evaluation;

/// <summary>
/// The images of an update of a classifier, each shifted by up to some pixels either way, drawn anew every time; its edge fills the gap.
/// </summary>
internal sealed class ShiftedImages(Device device, ImageSet images, int most) : DeviceProgram
{
    private readonly float[][] _pixels = new float[device.Lanes][];
    private Rows _rows;
    private ReadOnlyMemory<int> _order;
    private RandomStream _draws;

    public override string Name => "the images of an update";

    public override int Count => _rows.Count;

    public override int BlockRows => 16;

    /// <summary>Sets the images of the next launch.</summary>
    /// <param name="rows">Receives one image per row.</param>
    /// <param name="order">Their indices.</param>
    /// <param name="draws">The draws of the shifts.</param>
    public void Prepare(Rows rows, ReadOnlyMemory<int> order, RandomStream draws) => (_rows, _order, _draws) = (rows, order, draws);

    protected override void Run(int start, int count, int lane)
    {
        float[] pixels = _pixels[lane] ??= new float[images.Length];
        for (int i = start; i < start + count; i++)
        {
            images.Read(_order.Span[i], pixels);
            int down = _draws.Integer(2 * most + 1, (uint)i, 0) - most, right = _draws.Integer(2 * most + 1, (uint)i, 1) - most;
            ImageShift.Run(pixels, _rows[i], images.Height, images.Width, down, right);
        }
    }
}
