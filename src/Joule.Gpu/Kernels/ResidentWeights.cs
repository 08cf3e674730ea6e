using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Weights that stay in shared memory while a kernel runs, in what its values leave free. First come the jobs whose weights are read most
/// often for a step. Of a job whose sums have parts, the weights of as many parts are kept as fit: each block keeps all of them, or, in a
/// cluster, each block keeps another share, so that at any time the blocks read from all of them. A job without parts is kept whole, by
/// every block for itself.
/// </summary>
internal sealed class ResidentWeights
{
    private readonly BlockFrame _frame;
    private readonly Dictionary<LinearJob, (JobEmitter Job, ResidentJob Kept)> _jobs = new(ReferenceEqualityComparer.Instance);

    private ResidentWeights(BlockFrame frame) => _frame = frame;

    /// <summary>Whether blocks read weights from each other.</summary>
    public bool IsSpread => _jobs.Values.Any(j => j.Kept.IsSpread);

    /// <summary>Takes shared memory for weights, in a kernel that has taken all other.</summary>
    /// <param name="frame">The kernel.</param>
    /// <param name="jobs">The jobs of a step.</param>
    /// <returns>What is kept; null: nothing.</returns>
    public static ResidentWeights? Take(BlockFrame frame, IReadOnlyList<JobEmitter> jobs)
    {
        if (frame.Cluster == 0)
            return null;
        ResidentWeights resident = new(frame);
        foreach (JobEmitter job in jobs.OrderByDescending(j => j.Reads)) // a stable order
            resident.Take(job);
        if (resident.IsSpread)
            frame.W.BeginCluster(frame.Cluster);
        return resident._jobs.Count == 0 ? null : resident;
    }

    /// <summary>What is kept of a job; null: nothing.</summary>
    public ResidentJob? Of(LinearJob job) => _jobs.TryGetValue(job, out (JobEmitter, ResidentJob Kept) found) ? found.Kept : null;

    /// <summary>Writes the loading of all that is kept. A barrier of the cluster must follow before it is read.</summary>
    /// <param name="weights">The packed weights.</param>
    public void Load(Address weights)
    {
        PtxWriter w = _frame.W;
        U32? rank = IsSpread ? w.ClusterRank() : null;
        foreach ((LinearJob job, (JobEmitter emitter, ResidentJob kept)) in _jobs)
            emitter.Load(w, _frame.Thread, _frame.After(weights, job.WeightsAt), kept, kept.IsSpread ? rank : null);
    }

    private void Take(JobEmitter job)
    {
        int floats = (_frame.SharedLimit - _frame.W.SharedBytes) / sizeof(float);
        bool isSpread = _frame.Cluster > 1 && job.HasParts;
        int blocks = isSpread ? _frame.Cluster : 1;
        int parts = Math.Min(job.Parts, blocks * (Math.Max(0, floats) / job.PartWeights));
        if (parts == 0)
            return;
        int ofBlock = (parts + blocks - 1) / blocks, bytes = ofBlock * job.PartWeights * sizeof(float);
        int at = _frame.W.TakeShared(ofBlock * job.PartWeights);
        _frame.ResidentBytes += bytes;
        _jobs[job.Job] = (job, new ResidentJob(at, parts, ofBlock, isSpread));
    }
}

/// <summary>What is kept of a job's weights: those of its first parts.</summary>
/// <param name="At">The byte of the first one in a block's shared memory.</param>
/// <param name="Parts">Parts that are kept.</param>
/// <param name="PartsOfBlock">Parts that a block keeps: block r of a cluster those from r · <paramref name="PartsOfBlock"/> on.</param>
/// <param name="IsSpread">Whether each block of a cluster keeps other parts.</param>
internal sealed record ResidentJob(int At, int Parts, int PartsOfBlock, bool IsSpread);
