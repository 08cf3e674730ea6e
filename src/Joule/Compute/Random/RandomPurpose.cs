namespace Joule.Compute;

/// <summary>
/// The purpose of random draws: the upper byte of the generator's counter, so that two purposes never share a draw. Two places that draw
/// for the same purpose use different steps. A test lists every place and its steps.
/// </summary>
public enum RandomPurpose : byte
{
    /// <summary>Draws by users of the library.</summary>
    User = 0,

    /// <summary>Initial weights. The step is the parameter.</summary>
    Weights = 1,

    /// <summary>The order of the training data. The step is the epoch.</summary>
    DataOrder = 2,

    /// <summary>Noise added to the training data. The step is the update.</summary>
    DataNoise = 3,

    /// <summary>
    /// Initial states of chains in training: the replay buffer at step 0, the fresh chains of update u at step u + 1.
    /// </summary>
    FreshStates = 4,

    /// <summary>The slots of a replay buffer that are used, and those that start afresh. The step is the update.</summary>
    BufferSlots = 5,

    /// <summary>Noise of training chains. The step counts the steps of all updates.</summary>
    TrainingChains = 6,

    /// <summary>
    /// Noise that data are compared with: at step 0 in evaluation, at step e in the validation of epoch e, from 1.
    /// </summary>
    ValidationNoise = 7,

    /// <summary>Noise of sampling chains. The step is the chain's.</summary>
    SamplingChains = 8,

    /// <summary>
    /// Permutations: at step 0 of the states that sampling starts from; in evaluation, at step 1 of the pixels of an image, at step 2 of
    /// the rows of a table, and from step 3 on of its columns within a block of rows.
    /// </summary>
    Shuffling = 9,

    /// <summary>Seeds of further attempts after a divergence. The step is the attempt.</summary>
    Attempts = 10,

    /// <summary>Initial states of sampling chains, at step 0.</summary>
    SamplingStates = 11,

    /// <summary>Draws of image corruptions in evaluation. Each corruption has its own step.</summary>
    Corruptions = 12,

    /// <summary>
    /// The test and validation split, if the data have none: images at steps 0 and 1, rows of a table at steps 2 and 3. Exact
    /// draws of a known energy as data: at steps 4 (training), 5 (test), 6 (validation) and 7 (calibration).
    /// </summary>
    DataSplit = 13,

    /// <summary>Noise and proposals of recorded chains, their warm-up included. The step is the chain's own.</summary>
    RecordedChains = 14,

    /// <summary>
    /// Noise that an objective contrasts data with: at step 0 the training states that it is centred on, at step u + 1 that of update u.
    /// </summary>
    NoiseStates = 20,

    /// <summary>Perturbed copies of the data that an objective compares them with. The step is the update.</summary>
    PerturbedStates = 21,

    /// <summary>
    /// Noise, noise levels and directions of objectives of the score; the last step of improved contrastive divergence. The step is the
    /// update, in parts.
    /// </summary>
    ScoreNoise = 22,

    /// <summary>
    /// A classifier that judges samples: in its training the order of images, at the step of the epoch, and their shifts, from step 2³²
    /// on; at step 2⁴⁸ the images that samples are compared with.
    /// </summary>
    Classifier = 40,

    /// <summary>Seeds of the chains that restore test images. The step is the image.</summary>
    Inpainting = 41,

    /// <summary>
    /// Noise, times and partners of objectives that train between noise and data. The step is the update, in parts.
    /// </summary>
    TimedStates = 30,

    /// <summary>Noise of the training chains of recovery likelihood. The step counts the steps of all updates.</summary>
    RecoveryChains = 31,

    /// <summary>
    /// The fit of an energy's base to the training data: first centres at step 0, loadings in its parts. At step 1, draws of the base for
    /// the partition function.
    /// </summary>
    BaseFit = 50,

    /// <summary>Uniform noise that makes quantised images continuous, at step 0. The seed follows from the image itself.</summary>
    Dequantization = 51,

    /// <summary>The order of the rows, columns of subspaces and exact states of the energies of tables. The step says which.</summary>
    ExpertFit = 60,

    /// <summary>The training rows that are kept out to calibrate the model, at step 0.</summary>
    CalibrationRows = 65,

    /// <summary>Resampled rows of bootstrap intervals. The step is the resample.</summary>
    Bootstrap = 66,

    /// <summary>
    /// Missing values of rows: proposals at step 0, chains from step 1 on. The seed follows from the row itself.
    /// </summary>
    MissingValues = 75,

    /// <summary>Noise on the latent vectors of data, and its standard deviation. The step is the update, in parts.</summary>
    ManifoldStates = 83,

    /// <summary>Noise of the training chains that start on a manifold. The step counts the steps of all updates.</summary>
    ManifoldChains = 84,

    /// <summary>By how many pixels <c>joint_energy</c> moves the images that it classifies. Step: update. Index: image.</summary>
    ClassShifts = 90,
}
