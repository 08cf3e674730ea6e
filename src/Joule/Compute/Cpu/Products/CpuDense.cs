namespace Joule.Compute;

/// <summary>Dense kernels on the processor: weights packed twice, once for each direction.</summary>
internal sealed unsafe class CpuDense(int inputs, int outputs) : DenseKernel
{
    private const int ColumnsOfTask = 2 * Gemm.Panel;

    private readonly DeviceBuffer _forward = new(Gemm.PackedLength(inputs, outputs));
    private readonly DeviceBuffer _reverse = new(Gemm.PackedLength(outputs, inputs));

    private int ForwardPanels => (outputs + Gemm.Panel - 1) / Gemm.Panel;

    private int ReverseTasks => (inputs + ColumnsOfTask - 1) / ColumnsOfTask;

    public override int PackTasks => ForwardPanels + ReverseTasks;

    public override void Pack(Rows weights, int task)
    {
        float* w = weights.Pointer;
        if (task < ForwardPanels)
        {
            int first = task * Gemm.Panel;
            Gemm.Pack(w + (nint)first * inputs, inputs, Math.Min(Gemm.Panel, outputs - first), 1, inputs,
                _forward.Pointer + (nint)first * inputs);
            return;
        }
        int start = (task - ForwardPanels) * ColumnsOfTask;
        Gemm.Pack(w + start, outputs, Math.Min(ColumnsOfTask, inputs - start), inputs, 1, _reverse.Pointer + (nint)start * outputs);
    }

    public override void Forward(Rows x, Rows bias, Rows y, in Activation activation) =>
        Gemm.MultiplyPacked(x.Pointer, inputs, 1, _forward.Pointer, bias.Count == 0 ? null : bias.Pointer, y.Pointer, outputs, x.Count,
            outputs, inputs, false, activation.Epilogue);

    public override void ReverseInput(Rows dy, Rows dx, Rows slope, bool accumulate) =>
        Gemm.MultiplyPacked(dy.Pointer, outputs, 1, _reverse.Pointer, null, dx.Pointer, inputs, dy.Count, inputs, outputs, accumulate,
            slope.Count == 0 ? default : Epilogue.MultiplyBy(slope.Pointer));

    public override void WeightGradient(Rows x, Rows dy, Rows weightGradient, Rows biasGradient, int first, int count)
    {
        Gemm.Multiply(dy.Pointer + first, 1, outputs, x.Pointer, inputs, weightGradient.Pointer + (nint)first * inputs, inputs, count,
            inputs, x.Count, true);
        if (biasGradient.Count > 0)
            PointwiseKernels.AddRows(dy.Pointer + first, outputs, dy.Count, count, biasGradient.Pointer + first);
    }

    protected override void Dispose(bool disposing)
    {
        _forward.Dispose();
        _reverse.Dispose();
    }
}
