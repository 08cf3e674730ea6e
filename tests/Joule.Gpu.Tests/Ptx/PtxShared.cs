namespace Joule.Gpu.Tests.Ptx;

/// <summary>
/// Shared memory of a block. Between two barriers, a word that one thread writes may be read or written by no other; between two barriers
/// of the cluster, a word that the block writes may be read by no other block, and only words that were written at all.
/// </summary>
internal sealed class PtxShared
{
    private const int Nobody = -1, Several = -2;

    private readonly uint[] _words;
    private readonly int[] _writer;
    private readonly int[] _reader;
    private readonly bool[] _isWritten, _isWrittenNow, _isReadOutside; // ever, and since the last barrier of the cluster
    private bool _hasBegun, _hasEnded;

    public PtxShared(int bytes)
    {
        _words = new uint[bytes / 4];
        _writer = new int[_words.Length];
        _reader = new int[_words.Length];
        (_isWritten, _isWrittenNow, _isReadOutside) = (new bool[_words.Length], new bool[_words.Length], new bool[_words.Length]);
        Array.Fill(_words, BitConverter.SingleToUInt32Bits(float.NaN));
        Barrier();
    }

    public void Barrier()
    {
        Array.Fill(_writer, Nobody);
        Array.Fill(_reader, Nobody);
    }

    /// <summary>All threads of the cluster have met.</summary>
    public void BarrierOfCluster()
    {
        Barrier();
        Array.Clear(_isWrittenNow);
        Array.Clear(_isReadOutside);
        _hasBegun = true;
    }

    /// <summary>All threads of the block have ended; the memory may be another block's.</summary>
    public void End()
    {
        _hasEnded = true;
        if (Array.IndexOf(_isReadOutside, true) is >= 0 and int word)
            throw new PtxFault($"a race: the block ends while another block may still read word {word} of its shared memory");
    }

    public void Check(ulong address, int bytes, string instruction)
    {
        if (address % (ulong)bytes != 0)
            throw new PtxFault($"{instruction}: shared address {address} is no multiple of {bytes}");
        if (address + (ulong)bytes > (ulong)_words.Length * 4)
            throw new PtxFault($"{instruction}: shared address {address} lies outside {_words.Length * 4} bytes");
    }

    public uint Load(ulong address, int thread, string instruction)
    {
        int word = (int)(address / 4);
        if (_writer[word] != Nobody && _writer[word] != thread)
            throw new PtxFault($"{instruction}: a race: thread {thread} reads word {word}, which thread {_writer[word]} wrote");
        _reader[word] = _reader[word] == Nobody || _reader[word] == thread ? thread : Several;
        return _words[word];
    }

    /// <summary>A thread of another block reads.</summary>
    public uint LoadFromOutside(ulong address, string instruction)
    {
        int word = (int)(address / 4);
        if (!_hasBegun)
            throw new PtxFault($"{instruction}: a race: the other block may not have begun; no barrier of the cluster came before");
        if (_hasEnded)
            throw new PtxFault($"{instruction}: a race: the other block has ended");
        if (_isWrittenNow[word])
            throw new PtxFault($"{instruction}: a race: another block reads word {word}, which the block writes");
        if (!_isWritten[word])
            throw new PtxFault($"{instruction}: another block reads word {word}, which nobody has written");
        _isReadOutside[word] = true;
        return _words[word];
    }

    public void Store(ulong address, uint value, int thread, string instruction)
    {
        int word = (int)(address / 4);
        if ((_writer[word] != Nobody && _writer[word] != thread) || (_reader[word] != Nobody && _reader[word] != thread))
            throw new PtxFault($"{instruction}: a race: thread {thread} writes word {word}, which another thread used");
        if (_isReadOutside[word])
            throw new PtxFault($"{instruction}: a race: thread {thread} writes word {word}, which another block reads");
        _writer[word] = thread;
        _words[word] = value;
        (_isWritten[word], _isWrittenNow[word]) = (true, true);
    }
}
