using Joule.Training;

namespace Joule.Runs;

/// <summary>The means of the figures of an epoch's updates.</summary>
internal sealed class FigureMeans
{
    private double _loss, _divergence, _regularization, _data, _negative, _norm;
    private int _count;

    public TrainingFigures Mean => new(_loss / _count, _divergence / _count, _regularization / _count, _data / _count, _negative / _count, _norm / _count);

    public void Add(in TrainingFigures f)
    {
        _loss += f.Loss;
        _divergence += f.Divergence;
        _regularization += f.Regularization;
        _data += f.DataEnergy;
        _negative += f.NegativeEnergy;
        _norm += f.GradientNorm;
        _count++;
    }
}
