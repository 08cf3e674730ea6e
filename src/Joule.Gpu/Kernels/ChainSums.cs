using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Sums over the parts of a chain, taken in a fixed order: the threads write parts to shared memory, then some threads of each chain add
/// every so many of them if there are many, and at last the thread that keeps the chain adds what is left.
/// </summary>
internal sealed class ChainSums
{
    private const int Few = 32, Lanes = 16;

    private readonly BlockFrame _frame;
    private readonly int _parts;
    private readonly bool _isDouble;
    private readonly int _at;
    private readonly int _lanesAt;

    /// <summary>Takes shared memory.</summary>
    /// <param name="frame">The kernel.</param>
    /// <param name="parts">Parts of a chain.</param>
    /// <param name="isDouble">Whether they are float64 numbers.</param>
    public ChainSums(BlockFrame frame, int parts, bool isDouble = false)
    {
        (_frame, _parts, _isDouble) = (frame, parts, isDouble);
        int words = isDouble ? 2 : 1;
        _at = frame.W.TakeShared(frame.Chains * parts * words);
        _lanesAt = HasLanes ? frame.W.TakeShared(frame.Chains * Lanes * words) : -1;
    }

    /// <summary>Whether <see cref="Gather"/> does anything: then a barrier must follow it.</summary>
    public bool HasLanes => _parts > Few;

    private int Bytes => _isDouble ? sizeof(double) : sizeof(float);

    /// <summary>Writes a part.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="part">The part, plus <paramref name="offset"/>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="offset">Added to the part.</param>
    public void Store(U32 chain, U32 part, F32 value, int offset = 0) =>
        _frame.W.StoreShared(_frame.W.SharedBase(Index(chain, part), Bytes), _at + offset * Bytes, value);

    /// <inheritdoc cref="Store(U32, U32, F32, int)"/>
    public void Store(U32 chain, U32 part, F64 value) => _frame.W.StoreShared(_frame.W.SharedBase(Index(chain, part), Bytes), _at, value);

    /// <summary>The first stage. A barrier must precede it.</summary>
    public void Gather()
    {
        if (!HasLanes)
            return;
        PtxWriter w = _frame.W;
        _frame.Spread(_frame.Chains * Lanes, item =>
        {
            U32 chain = w.Divide(item, Lanes), lane = w.Remainder(item, Lanes);
            U32 from = w.SharedBase(Index(chain, lane), Bytes), to = w.SharedBase(item, Bytes);
            Total(from, _at, Lanes, _parts / Lanes, out F32 sum, out F64 wide);
            if (_parts % Lanes > 0)
                w.If(w.Less(lane, (uint)(_parts % Lanes)), () => AddNext(from, _at + _parts / Lanes * Lanes * Bytes, sum, wide));
            if (_isDouble)
                w.StoreShared(to, _lanesAt, wide);
            else
                w.StoreShared(to, _lanesAt, sum);
        });
    }

    /// <summary>The sum of the chain that this thread keeps. A barrier must precede it.</summary>
    public F32 Sum()
    {
        Total(Start(), HasLanes ? _lanesAt : _at, 1, HasLanes ? Lanes : _parts, out F32 sum, out _);
        return sum;
    }

    /// <summary>The sum of the chain that this thread keeps, in float64. A barrier must precede it.</summary>
    public F64 WideSum()
    {
        Total(Start(), HasLanes ? _lanesAt : _at, 1, HasLanes ? Lanes : _parts, out _, out F64 sum);
        return sum;
    }

    private U32 Start() =>
        _frame.W.SharedBase(_frame.W.Multiply(_frame.Thread, (uint)(HasLanes ? Lanes : _parts)), Bytes);

    private U32 Index(U32 chain, U32 part) => _frame.W.MultiplyAdd(chain, (uint)_parts, part);

    private void Total(U32 from, int at, int stride, int count, out F32 sum, out F64 wide)
    {
        PtxWriter w = _frame.W;
        (sum, wide) = (default, default);
        if (_isDouble)
            wide = w.Constant(0d);
        else
            sum = w.Constant(0f);
        for (int i = 0; i < count; i++)
            AddNext(from, at + i * stride * Bytes, sum, wide);
    }

    private void AddNext(U32 from, int at, F32 sum, F64 wide)
    {
        PtxWriter w = _frame.W;
        if (_isDouble)
            w.Assign(wide, w.Add(wide, w.LoadSharedDouble(from, at)));
        else
            w.AddTo(sum, w.LoadShared(from, at));
    }
}
