namespace Joule.Compute;

/// <summary>Dense kernels on the processor: weights packed twice, once for each direction.</summary>
internal sealed unsafe class CpuDense(int inputs, int outputs) : DenseKernel
{
    private readonly DeviceBuffer _forward = new(Gemm.PackedLength(inputs, outputs));
    private readonly DeviceBuffer _reverse = new(Gemm.PackedLength(outputs, inputs));

    public override void Pack(Rows weights)
    {
        float* w = weights.Pointer;
        Gemm.Pack(w, inputs, outputs, 1, inputs, _forward.Pointer);
        Gemm.Pack(w, outputs, inputs, inputs, 1, _reverse.Pointer);
    }

    public override void Forward(Rows x, Rows bias, Rows y) =>
        Gemm.MultiplyPacked(x.Pointer, inputs, 1, _forward.Pointer, bias.Count == 0 ? null : bias.Pointer, y.Pointer, outputs, x.Count, outputs, inputs, false);

    public override void ReverseInput(Rows dy, Rows dx, bool accumulate) =>
        Gemm.MultiplyPacked(dy.Pointer, outputs, 1, _reverse.Pointer, null, dx.Pointer, inputs, dy.Count, inputs, outputs, accumulate);

    public override void WeightGradient(Rows x, Rows dy, Rows weightGradient, Rows biasGradient, int first, int count)
    {
        Gemm.Multiply(dy.Pointer + first, 1, outputs, x.Pointer, inputs, weightGradient.Pointer + (nint)first * inputs, inputs, count, inputs, x.Count, true);
        if (biasGradient.Count == 0)
            return;
        for (int n = 0; n < dy.Count; n++)
        {
            float* d = dy.Pointer + (nint)n * outputs;
            for (int o = first; o < first + count; o++)
                biasGradient.Pointer[o] += d[o];
        }
    }

    protected override void Dispose(bool disposing)
    {
        _forward.Dispose();
        _reverse.Dispose();
    }
}
