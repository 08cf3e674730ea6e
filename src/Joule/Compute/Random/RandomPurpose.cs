namespace Joule.Compute;

/// <summary>
/// What random draws are for: the upper byte of the generator's counter, so that two purposes never share a draw. Where two places draw for one purpose, they take
/// different steps of it. A test lists every place and its steps.
/// </summary>
public enum RandomPurpose : byte
{
    /// <summary>Draws that a user makes.</summary>
    User = 0,

    /// <summary>Initial weights. The step is the parameter.</summary>
    Weights = 1,

    /// <summary>The order of the training data. The step is the epoch.</summary>
    DataOrder = 2,

    /// <summary>Noise added to the training data. The step is the update.</summary>
    DataNoise = 3,

    /// <summary>First states of chains in training: of the replay buffer at step 0, of the fresh chains of update u at step u + 1.</summary>
    FreshStates = 4,

    /// <summary>Which slots of a replay buffer are used, and which of them start afresh. The step is the update.</summary>
    BufferSlots = 5,

    /// <summary>The noise inside chains during training. The step counts the steps of all updates.</summary>
    TrainingChains = 6,

    /// <summary>Noise that a model is compared with: at step 0 when it is evaluated, at step e when epoch e, from 1, is validated.</summary>
    ValidationNoise = 7,

    /// <summary>The noise inside chains when a trained model is sampled. The step is the chain's.</summary>
    SamplingChains = 8,

    /// <summary>
    /// Permutations: of the states that sampling starts from at step 0; in evaluation of the pixels of an image at step 1, of the rows of a table at step 2, and of its columns
    /// within a block of rows from step 3 on.
    /// </summary>
    Shuffling = 9,

    /// <summary>Seeds of further attempts at a training that went wrong. The step is the attempt.</summary>
    Attempts = 10,

    /// <summary>First states of chains when a trained model is sampled, at step 0.</summary>
    SamplingStates = 11,

    /// <summary>What corruptions of images draw in evaluation. Each corruption has a step of its own.</summary>
    Corruptions = 12,

    /// <summary>
    /// What is set apart to test and to validate with, where the data say nothing of it: images at steps 0 and 1, rows of a table at steps 2 and 3.
    /// </summary>
    DataSplit = 13,
}
