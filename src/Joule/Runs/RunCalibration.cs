using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;

namespace Joule.Runs;

/// <summary>Calibrates the final model of a run.</summary>
internal static class RunCalibration
{
    /// <summary>Writes the energies of the calibration rows into the model file, if the run has such rows.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The trained energy.</param>
    /// <param name="config">The configuration, with the alarm rate.</param>
    /// <param name="rows">The rows that were kept out of training; null: none.</param>
    /// <param name="file">The model file.</param>
    /// <param name="cancellation">Cancels between blocks of rows.</param>
    /// <returns>False if it was cancelled: a resumed run then does it.</returns>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    public static bool Write(Device device, Energy energy, RunConfig config, StateSet? rows, string file, CancellationToken cancellation)
    {
        if (rows is null)
            return true;
        try
        {
            float[] energies = EnergyOfStates.Run(device, energy, rows, null, cancellation);
            ModelCalibration.Write(file, Calibration.Of(energies, config.AlarmRate, rows.Name));
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
