namespace Joule.Gpu.Tests.Ptx;

/// <summary>
/// Shared memory of a block. Between two barriers, a word that one thread writes may be read or written by no other.
/// </summary>
internal sealed class PtxShared
{
    private const int Nobody = -1, Several = -2;

    private readonly uint[] _words;
    private readonly int[] _writer;
    private readonly int[] _reader;

    public PtxShared(int bytes)
    {
        _words = new uint[bytes / 4];
        _writer = new int[_words.Length];
        _reader = new int[_words.Length];
        Array.Fill(_words, BitConverter.SingleToUInt32Bits(float.NaN));
        Barrier();
    }

    public void Barrier()
    {
        Array.Fill(_writer, Nobody);
        Array.Fill(_reader, Nobody);
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

    public void Store(ulong address, uint value, int thread, string instruction)
    {
        int word = (int)(address / 4);
        if ((_writer[word] != Nobody && _writer[word] != thread) || (_reader[word] != Nobody && _reader[word] != thread))
            throw new PtxFault($"{instruction}: a race: thread {thread} writes word {word}, which another thread used");
        _writer[word] = thread;
        _words[word] = value;
    }
}
