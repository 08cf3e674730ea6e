using Xunit;

namespace Joule.Tests;

/// <summary>
/// The tests mirror the sources: <c>src/Joule/A/X.cs</c> has <c>tests/Joule.Tests/A/XTests.cs</c>. A file without one is listed here, with
/// the test file that covers it or the reason why it needs none.
/// </summary>
public sealed class MirrorTests
{
    private const string Data = "data without behaviour of its own";
    private const string Contract = "an interface or abstract type: its implementations are tested";
    private const string Hint = "affects speed only";
    private const string Entry = "the entry point of the program: DocsTests and ResumeTests start it";

    private static readonly string[] Projects = ["Joule", "Joule.Cli", "Joule.Tables", "Joule.Gpu"];

    private static readonly (string Folder, string Files, string Reason)[] Exceptions =
    [
        ("Joule", "DefaultTypeAttribute", "OptionsJsonTests"),
        ("Joule", "Exceptions NamedAttribute", Data),
        ("Joule/Compute", "Coefficients PointwiseFunction", Data),
        ("Joule/Compute", "DeviceStream", "GpuStreamTests"),
        ("Joule/Compute", "Device ProgramGroup StepProgram", "DeviceProgramTests"),
        ("Joule/Compute", "IRowOperations", Contract),
        ("Joule/Compute", "DeviceBuffer", "FakeDeviceTests"),
        ("Joule/Compute/Cpu", "Cache KernelWarmUp", Hint),
        ("Joule/Compute/Cpu", "StepSchedule", "DeviceProgramTests"),
        ("Joule/Objectives", "IBlursData", "NoiseAgreementTests"),
        ("Joule/Compute/Cpu/Convolutions", "ConvolutionGeometry ConvolutionParts LaneConvolution PairConvolution "
            + "PlaneConvolution PlaneKernels",
            "CpuConvolutionTests"),
        ("Joule/Compute/Cpu/Generated", "GemmTiles128 GemmTiles256 GemmTiles512 GemmTiles512Along", "GemmTests"),
        ("Joule/Compute/Cpu/Generated", "LaneKernels PairTile PlaneSums Taps", "CpuConvolutionTests"),
        ("Joule/Compute", "TaylorRows", Data),
        ("Joule/Compute/Cpu/Kernels", "PathKernels", "TaylorKernelsTests"),
        ("Joule/Compute/Cpu/Kernels", "ChannelKernels", "TransposedConvolutionLayerTests"),
        ("Joule/Compute/Cpu/Kernels", "ChainKernels", "LangevinKernelsTests"),
        ("Joule/Compute/Cpu/Kernels", "Kernels", "CpuDeviceTests"),
        ("Joule/Compute/Cpu/Kernels", "MeasureKernels", "StateKernelsTests"),
        ("Joule/Compute/Cpu/Kernels", "PlaceKernels", "SelectionKernelsTests"),
        ("Joule/Compute/Cpu/Kernels", "ParameterKernels", "OptimizerKernelsTests"),
        ("Joule/Compute/Cpu/Kernels", "TargetKernels", "MatchingKernelsTests"),
        ("Joule/Compute/Cpu/Products", "DenseKernel Epilogue", "CpuDenseTests"),
        ("Joule/Compute/Cpu/Vectors", "ILanes Lanes128 Lanes256 Lanes512", "VectorMathTests"),
        ("Joule/Compute/Random", "PhiloxSchedule", "PhiloxTests"),
        ("Joule/Data", "DataOptions DataTransform", Contract),
        ("Joule/Energies/Classes", "IClassifier IClassifierPass", Contract),
        ("Joule/States", "ImageShift", "ShiftedImagesTests"),
        ("Joule/Energies/Classes", "LogitEnergyOptions LogitPass", "LogitEnergyTests"),
        ("Joule.Cli/Commands", "ClassificationReport", "ClassifyCommandTests"),
        ("Joule/Data", "IRowTransform", Contract),
        ("Joule/Data", "RowCell", "ScorerTests"),
        ("Joule/Evaluation/Explanations", "Descent Likely", "ColumnDescentTests"),
        ("Joule/Scoring", "Explainer Explanation", "TableExplainerTests"),
        ("Joule.Cli/Commands", "ExplanationText", "ExplainCommandTests"),
        ("Joule/Energies/Experts", "TreeGrid", "TreeConditionalTests"),
        ("Joule/Energies/Experts", "TreeProposals", "MissingColumnsTests"),
        ("Joule/Samplers", "MissingDraws", "MissingColumnsTests"),
        ("Joule.Tables/Imputation", "CompletedTable RawTable", "TableImputationTests"),
        ("Joule/Data", "RawRow", "RowStreamTests"),
        ("Joule.Tables/Streams", "ByteFeed CellReader DelimitedRowStream JsonRowStream LineReader RecordReader RowBlock RowFormat "
            + "RowStreamOptions StreamColumns TableNotes", "RowStreamTests"),
        ("Joule.Cli/Commands", "ScoreSummary StreamOptions StreamText", "RowScoringTests"),
        ("Joule.Cli/Streams", "AnswerFormat RowPump", "RowScoringTests"),
        ("Joule.Cli/Commands", "WatchReport", "WatchCommandTests"),
        ("Joule.Cli/Commands", "ShardOption", "MergeCommandTests"),
        ("Joule.Cli/Files", "Shard ShardPart", "MergeCommandTests"),
        ("Joule/Scoring", "Score ScoredRow ScorerOptions ScorerRow ScorerWorkspace", "ScorerTests"),
        ("Joule/Data", "DataReport", "ImageDataReportTests"),
        ("Joule/Data", "DataRequest TransformColumn", Data),
        ("Joule/Data", "DataSets", "DataSourceTests"),
        ("Joule/Data/Files", "ElementType FloatBytes", "NpyFileTests"),
        ("Joule/Data/Files", "ForwardStream", Contract),
        ("Joule/Data/Files", "GzipOrPlain InputFile ReadLimit", "IdxFileTests"),
        ("Joule/Data/Folders", "PictureListing", "ImageFolderTests"),
        ("Joule/Data/Idx", "IdxName", "LocalIdxFolderTests"),
        ("Joule/Data/Images", "ArrayLayout", "LayoutRulesTests"),
        ("Joule/Data/Images", "ChannelOrder ImageReading PixelValues RangeAdvice ReadingRequest", "ArrayImagesTests"),
        ("Joule/Data/Images", "ImageDataOptions ImageFit", "ImageDataTransformTests"),
        ("Joule/Data/Images", "ImageTransform", "ImageStateSetTests"),
        ("Joule/Data/Images", "SplitPart", "ImageSplitTests"),
        ("Joule/Data/Images", "TrainTest", "DataSourceTests"),
        ("Joule/Data/Npy", "FortranOrder NpyArray NpyHeader NpyTypes", "NpyFileTests"),
        ("Joule/Data/Npy", "NpzArchive", "NpzFileTests"),
        ("Joule/Data/Npy", "NumberArray", Data),
        ("Joule/Data/Png", "PngChunks PngData PngDecoder PngEncoder PngFilter PngHeader PngImage PngPixels", "PngFileTests"),
        ("Joule/Data/SafeTensors", "NamedTensor SafeTensorsHeader SafeTensorsHeaderParser", "SafeTensorsTests"),
        ("Joule/Data/Sources", "DataCache DatasetCatalogue FashionMnistDataset FetchLock FolderSource ImpatientStream MirrorSource "
            + "MnistDataset VerifiedFiles", "DataFetcherTests"),
        ("Joule/Data/Sources", "Dataset", Contract),
        ("Joule/Data/Zip", "ZipContent ZipDirectory ZipMember", "NpzFileTests"),
        ("Joule/Energies", "Capability IsingChainEnergy StateEnergy", "EnergyContractTests"),
        ("Joule/Energies", "DoubleWellDensity DoubleWellStairs", "DoubleWellEnergyTests"),
        ("Joule/Energies", "EnergyCall EnergyEvaluation EvaluationProgram GaussianEnergy NetworkDirectionalPass NetworkEnergy "
            + "NetworkEnergyOptions NetworkTrainingPass",
            "EnergyTests"),
        ("Joule/Energies", "EnergyOptions IConditionals IDifferences IDifferentiable IDirectionalPass IExact ITimed ITrainable "
            + "ITrainingPass", Contract),
        ("Joule/Evaluation/Streams", "ColumnWindow FisherExact", "ColumnDriftTests"),
        ("Joule/Data", "ColumnCounts ColumnProfile", "ProfileTestTests"),
        ("Joule/Evaluation", "DetectionCurve DetectionFigures", "DetectionTests"),
        ("Joule/Evaluation", "EnergyOfStates", "EnergySeparationTests"),
        ("Joule/Energies", "EnergyStream", "GpuStreamTests"),
        ("Joule/Evaluation/Quality", "ClassifiedImages QualityFigures", "SampleQualityTests"),
        ("Joule/Evaluation/Quality", "ClassifierFile", "ClassifierCacheTests"),
        ("Joule/Evaluation/Quality", "ImageClassifier", "ClassifierTrainingTests"),
        ("Joule/Evaluation/Quality", "QualityProgress", Data),
        ("Joule.Cli/Commands", "QualityReport", "QualityEvaluationTests"),
        ("Joule/Evaluation/Corruptions", "BlackImage BlurredImage ErasedRowImage FlippedImage GaussianBlur GreyImage HalfContrastImage "
            + "InvertedImage OnePixelImage SaltImage StrongBlurImage", "CorruptionTests"),
        ("Joule/Networks", "GradientWorkspace LinearOperation NetworkPass Operation", "NetworkGradientTests"),
        ("Joule/Networks", "DirectionalGradient JoinOrders PointwiseOrders TaylorTape", "DirectionalPassTests"),
        ("Joule/Networks", "Layer", "LayerContractTests"),
        ("Joule/Networks", "Parameter", "NetworkTests"),
        ("Joule/Networks/Layers", "AveragePoolLayer BranchesLayer ConvolutionLayer DenseLayer FlattenLayer PointwiseLayer ResidualLayer "
            + "SumLayer", "NetworkGradientTests"),
        ("Joule/Objectives", "BufferNegatives DataNegatives NoiseNegatives", "NegativesTests"),
        ("Joule/Objectives", "Figure", "FigureListTests"),
        ("Joule/Objectives", "FigureCurve", Data),
        ("Joule/Objectives", "IContrasts IKeepsChains", Contract),
        ("Joule/Objectives", "Objective ObjectiveOptions", "ObjectiveContractTests"),
        ("Joule/Objectives/Manifolds", "ManifoldObjective ManifoldObjectiveOptions NormalizedAutoencoder ProjectedLatents",
            "ManifoldProjectionTests"),
        ("Joule/Objectives/Scores", "GradientMatching", "DenoisingScoreMatchingTests"),
        ("Joule/Objectives/Scores", "LastLangevinStep", "ImprovedContrastiveDivergenceTests"),
        ("Joule/Objectives/Scores", "ScoreDraws", "RandomPurposeTests"),
        ("Joule/Objectives/Scores", "ScoreFigures", "ObjectiveContractTests"),
        ("Joule/Objectives/Scores", "ScoreNeeds", "ScoreMatchingTests"),
        ("Joule/Runs", "IRunObserver", Contract),
        ("Joule/Runs", "RunCalibration", "TrainingRunTests"),
        ("Joule/Runs", "RunEnd RunResult", Data),
        ("Joule/Runs", "RunState", "CheckpointFileTests"),
        ("Joule/Runs/Records", "ModelShift RunSummary", "WarmStartTests"),
        ("Joule/Runs", "RunDivergence", "RollbackControlTests"),
        ("Joule/Runs/Checkpoints", "Checkpoint SnapshotFile", "CheckpointFileTests"),
        ("Joule/Runs/Configuration", "RunConfig", "PresetsTests"),
        ("Joule/Runs/Configuration", "SamplingOptions", Data),
        ("Joule/Runs/Models", "ModelDescription", Data),
        ("Joule/Samplers", "ChainBlock SamplerFigure", Data),
        ("Joule/Samplers", "ChainMeetings ChainResults", "ChainLoopTests"),
        ("Joule/Samplers", "ChainFailures", "ChainFailuresTests"),
        ("Joule/Samplers", "IChainObserver", Contract),
        ("Joule/Samplers", "LangevinLeapfrog", "MetropolisAdjustedLangevinTests"),
        ("Joule/Samplers", "LeapfrogTransition", "HamiltonianMonteCarloTests"),
        ("Joule/Samplers", "Sampler SamplerNeeds SamplerOptions", "SamplerContractTests"),
        ("Joule/Samplers", "ScheduledLangevin", "AnnealedLangevinTests"),
        ("Joule/Samplers", "NestedBlock", "ParallelTemperingTests"),
        ("Joule/States", "StateSet", "ImageStateSetTests"),
        ("Joule/States", "WallMirror", "WallNoiseTests"),
        ("Joule/Training", "Adam Momentum RmsProp", "OptimizerTests"),
        ("Joule/Training", "EpochFigures TrainingOptions ValidationFigures", Data),
        ("Joule/Training", "TrainerSetup", "TrainerTests"),
        ("Joule/Training", "IResumable IRowOptimizer", Contract),
        ("Joule/Training", "BatchWork", "TrainerTests"),
        ("Joule.Cli", "ExitCodes StoppedException", "ErrorHandlingTests"),
        ("Joule.Cli", "HelpWithExamples", "CommandCatalogueTests"),
        ("Joule.Cli", "Program", Entry),
        ("Joule.Cli", "UsageError", "JouleProgramTests"),
        ("Joule.Cli/Commands", "ChainInfo", "InfoCommandTests"),
        ("Joule.Cli/Commands", "CalibrationText DecisionOptions DetectionReport", "ThresholdCommandTests"),
        ("Joule.Cli/Commands", "ColumnTable", "TableCommandsTests"),
        ("Joule.Cli/Commands", "ConfigOptions TrainingDisplay", "TrainCommandTests"),
        ("Joule.Cli/Commands", "EnergyTable", "ScoreCommandTests"),
        ("Joule.Cli/Commands", "JouleCommand", "CommandCatalogueTests"),
        ("Joule.Cli/Commands", "MovedData ResumeOffer", "ResumeTests"),
        ("Joule.Cli/Commands", "ShiftText", "TrainFromTests"),
        ("Joule.Cli/Commands", "ReadingText", "ReadingOptionsTests"),
        ("Joule.Cli/Commands", "SavedBuffer", "SampleCommandTests"),
        ("Joule/Compute/Cpu/Kernels", "TrajectoryKernels", "NoUTurnTests"),
        ("Joule/Energies", "IKnown ISamplable", Contract),
        ("Joule/Energies/Autoencoders", "AutoencoderEnergyOptions AutoencoderLayers AutoencoderManifold IManifold",
            "AutoencoderEnergyTests"),
        ("Joule/Energies/Autoencoders", "LatentEnergy", "EnergyContractTests"),
        ("Joule/Networks", "PartNetwork ReconstructionLayer SphereLayer", "AutoencoderEnergyTests"),
        ("Joule/Energies", "IFitted ITilted ResidualEnergyOptions ResidualPass", "ResidualEnergyTests"),
        ("Joule/Energies", "AnchoredEnergyOptions AnchoredPass", "AnchoredEnergyTests"),
        ("Joule/Energies/Factors", "FactorAlgebra FactorShape FactorWorkspace LogitMap", "FactorMixtureTests"),
        ("Joule/Energies/Factors", "FactorClusters FactorMembers FactorSteps", "FactorFitTests"),
        ("Joule/Energies", "ITransport", "FlowTests"),
        ("Joule/Energies/Experts", "FittedOptions FittedPass FitRows FitTasks IdleProgram", "FittedEnergyTests"),
        ("Joule/Energies/Experts", "KernelWidths NeighboursOptions NeighbourWorkspace", "NeighboursEnergyTests"),
        ("Joule/Energies/Edges", "EdgeNeighboursOptions EdgeScratch EdgeWorkspace", "EdgeNeighboursEnergyTests"),
        ("Joule/Energies/Experts", "TreeEdge TreeFit TreeLayout TreeOptions", "TreeEnergyTests"),
        ("Joule/Energies/Experts", "SmoothMaximumOptions", "SmoothMaximumEnergyTests"),
        ("Joule/Energies/Experts", "Smoothing", "RankCopulaTests"),
        ("Joule/Objectives", "FitOnly", "ObjectiveContractTests"),
        ("Joule/Energies/Composed",
            "EnsembleEnergy MixtureEnergy PartWeights PartsWorkspace QuadraticSum SumEnergy TemperedEnergy WeightedEnergy",
            "ComposedEnergyTests"),
        ("Joule/Energies/Composed", "EnsembleOptions MixtureOptions SumOptions TemperedOptions", "ComposedOptionsTests"),
        ("Joule/Energies/Composed/Paths", "EnergyBase NormalBase PathBase UniformBase", "PathEnergyTests"),
        ("Joule/Energies/Known", "AckleyOptions BananaOptions DoubleWellOptions EightSchoolsOptions EightSchoolsPrior FormulaEnergy "
            + "FunnelOptions GaussianMixtureOptions GaussianOptions HarmonicOptions KnownEnergyOptions LogisticRegressionOptions "
            + "NormalMoments RastriginOptions RosenbrockOptions", "KnownEnergyContractTests"),
        ("Joule/Energies/Known", "Cholesky ExactDraws", "CorrelatedGaussianEnergyTests"),
        ("Joule/Energies/Known", "EightSchoolsGiven EightSchoolsPosterior", "EightSchoolsEnergyTests"),
        ("Joule/Energies/Known", "GaussLegendre QuadratureResult QuadratureSum", "QuadratureTests"),
        ("Joule/Energies/Known/Points", "CheckerboardOptions CurveCloud EightGaussiansOptions GridOptions PinwheelOptions RingsOptions "
            + "SpiralsOptions SwissRollOptions TwoMoonsOptions", "PointsTests"),
        ("Joule/Objectives", "ConditionalNoiseContrastive EnergyDiscrepancy MinimumProbabilityFlow NoiseContrastive "
            + "PerturbingObjective PerturbingOptions", "ComparingObjectiveTests"),
        ("Joule/Objectives/Noise", "ColumnKernel GaussianNoise MixtureNoise ProductMixture TrainingColumns UniformNoise",
            "NoiseSourceTests"),
        ("Joule/Energies/Known/Draws", "DrawsDataReport", "DrawsDataOptionsTests"),
        ("Joule/Evaluation/Densities", "DensitySums", "DensityDivergenceTests"),
        ("Joule/Energies", "ExtendProgram FlowNetworkEnergy TimedDirectionalPass TimedNetworkEnergy TimedNetworkEnergyOptions TimedRows "
            + "TimedTrainingPass TimedWorkspace", "TimedEnergyTests"),
        ("Joule/Networks/Layers", "TimeLayer", "NetworkGradientTests"),
        ("Joule/Objectives", "DiffusionRecoveryOptions", "DiffusionRecoveryTests"),
        ("Joule/Objectives", "TimedDraws", "FlowMatchingTests"),
        ("Joule/Samplers/Recovery", "NoiseLevels RecoveryOptions RecoveryStep", "RecoveryTests"),
        ("Joule/Objectives/Couplings", "AssignmentCoupling CostProgram IndependentCoupling SinkhornCoupling", "CouplingTests"),
        ("Joule/Runs", "ChainPlan", "ChainRunTests"),
        ("Joule/Runs/Records", "TruthFigures", "ConfigSourcesTests"),
        ("Joule/Runs/Chains", "ChainKeeper", "ChainCheckpointsTests"),
        ("Joule/Samplers", "NoUTurnTrees", "NoUTurnTests"),
        ("Joule/Samplers", "TrajectoryJitter", "HamiltonianMonteCarloTests"),
        ("Joule/Energies/Composed", "WallTransform", "TransformedEnergyTests"),
        ("Joule/Samplers", "MassMetric Walls", Data),
        ("Joule/Samplers/Adaptation", "IAdaptable ILearner", Contract),
        ("Joule/Samplers/Adaptation", "PooledMoments", "PooledVariancesTests"),
        ("Joule/Samplers/Annealing", "AnnealingSampler AnnealingTally", "AnnealedImportanceSamplingTests"),
        ("Joule.Cli/Commands", "ChainDiagnostics ChainEnergy ChainFolder ChainSummary", "ChainCommandTests"),
        ("Joule.Cli/Plots", "AxisStyle BundledFont Curve CurvePanel Header LegendEntry Sheet", "LossPlotTests"),
        ("Joule.Cli/Plots", "ChainColours", "TracePlotTests"),
        ("Joule.Cli/Commands", "DivergenceText LandscapeOfPoints", "LandscapeCommandTests"),
        ("Joule.Cli/Commands", "KindsCommand", "ObjectivesCommandTests"),
        ("Joule.Cli/Plots", "MapPanel MapSheet", "PointLandscapeTests"),
        ("Joule.Cli/Commands", "ChainRow", "ChainClampTests"),
        ("Joule.Cli/Commands", "ChainSettings", "ChainResumeTests"),
        ("Joule.Cli/Streams", "StreamRoom", "StandardStreamsTests"),
        ("Joule.Cli/Terminal", "LiveProgress PlainProgress SilentProgress", "RunProgressTests"),
        ("Joule.Gpu/Driver", "CudaLibrary GpuContext GpuInfo", "GpuDriverTests"),
        ("Joule.Gpu/Driver", "IGpuEngine IGpuGraphs IGpuStream IKernelLinker", Contract),
        ("Joule.Gpu/Driver", "CudaEngine CudaGraphLibrary CudaGraphs CudaKernel CudaLinker CudaStream", "it needs a GPU: eng/gpu-check"),
        ("Joule.Gpu/Devices", "ChainLauncher EnergyKernels GpuBuffer GpuEnergy GpuNetwork GpuScratch", "GpuDeviceTests"),
        ("Joule.Gpu/Devices", "PlanningEngine", "KernelFitTests"),
        ("Joule.Gpu/Driver", "GpuException", Data),
        ("Joule.Gpu/Driver", "GpuKernel GpuMemory", "it needs a GPU: eng/gpu-check"),
        ("Joule.Gpu/Kernels", "DrawsKernel", "NormalDrawsTests"),
        ("Joule.Gpu/Kernels", "ParameterKernels RowMoveKernels RowNoiseKernels RowSumKernels", "RowKernelsTests"),
        ("Joule.Gpu/Kernels", "BlockFrame ChainSums EnergyKernel LangevinKernel LeapfrogKernel Numbers", "ChainKernelTests"),
        ("Joule.Gpu/Kernels", "Cells EnergyEmitter JobEmitter NetworkEmitter.Steps PackKernel PointwiseEmitter", "NetworkEmitterTests"),
        ("Joule.Gpu/Kernels", "NetworkEmitter.Training WeightSumKernel", "WeightEmitterTests"),
        ("Joule.Gpu/Plans", "WeightJobs", "WeightJobTests"),
        ("Joule.Gpu/Plans", "TangentStep", "TangentPlannerTests"),
        ("Joule.Gpu/Kernels", "GlobalSteps.Along NetworkEmitter.Along PointwiseCurves", "TangentCellsTests"),
        ("Joule.Gpu/Kernels", "WeightPointer", "ResidentWeightsTests"),
        ("Joule.Gpu/Kernels", "FormulaPtx", "FormulaEmitterTests"),
        ("Joule.Gpu/Devices", "GlobalMemory GlobalNetwork.Training GlobalOperations NetworkOptions", "GlobalNetworkTests"),
        ("Joule.Gpu/Kernels", "GlobalCells GlobalChain GlobalLangevin GlobalLaunch GlobalLeapfrog GlobalStates GlobalSteps "
            + "GlobalSteps.Cells", "GlobalNetworkTests"),
        ("Joule.Gpu/Kernels", "AcceptTest WallEmitter", "ChainKernelTests"),
        ("Joule.Gpu/Kernels", "ProductKernel ProductSums Tf32Sums", "MatrixProductTests"),
        ("Joule.Gpu/Kernels", "BiasSumKernel WeightPlaces WeightProductKernel WeightTerm", "GlobalWeightsTests"),
        ("Joule.Gpu/Kernels", "ProductLoop", "MatrixProductTests"),
        ("Joule.Gpu/Plans", "ProductPrecision", Data),
        ("Joule.Gpu/Plans", "ProductSource ProductTile", "MatrixProductTests"),
        ("Joule.Gpu/Plans", "KernelPlan LinearJob LinearJobs NetworkPlanner PlacedJob Plane PlanStep PlanValue WeightSource",
            "NetworkEmitterTests"),
        ("Joule/Energies", "IEnergyLaunch", Contract),
        ("Joule/Energies/Formulas", "FormulaWriter IStateFormula", Contract),
        ("Joule/Energies/Formulas", "AckleyEnergy.Formula BananaEnergy.Formula CorrelatedGaussianEnergy.Formula DoubleWellEnergy.Formula "
            + "EightSchoolsEnergy.Formula FunnelEnergy.Formula GaussianEnergy.Formula GaussianMixtureEnergy.Formula HarmonicEnergy.Formula "
            + "LogisticRegressionEnergy.Formula RastriginEnergy.Formula RosenbrockEnergy.Formula", "FormulaEmitterTests"),
        ("Joule/Networks", "ICommitLaunch INetworkAlongLaunch INetworkForwardLaunch INetworkGradientLaunch INetworkReverseLaunch",
            Contract),
        ("Joule/Compute/Kinds", "DeviceKind", Contract),
        ("Joule.Gpu", "JouleGpu", "GpuKindTests"),
        ("Joule.Cli/Commands", "DeviceOption", "DevicesCommandTests"),
        ("Joule/Samplers", "IChainLaunch ILeapfrogSampler", Contract),
        ("Joule/Samplers", "ChainLoop.Program", "ChainLoopTests"),
        ("Joule.Gpu/Ptx", "KernelArgument KernelText PtxType Registers", Data),
        ("Joule.Gpu/Ptx", "PtxWriter.Clusters", "PtxClusterTests"),
        ("Joule.Gpu/Ptx", "PtxWriter.Doubles PtxWriter.Memory PtxWriter.Operations PtxWriter.Products", "PtxWriterTests"),
        ("Joule.Tables", "JouleTables TableDataReport", "TableDataOptionsTests"),
        ("Joule.Tables/Columns", "ColumnFacts", "ColumnRulesTests"),
        ("Joule.Tables/Columns", "TableFitting", "TableTransformTests"),
        ("Joule.Tables/Reading", "CheckedText ColumnBuilder DelimitedText PackedText Table TableColumn TableFile TableReading",
            "DelimitedFileTests"),
        ("Joule.Tables/Reading/Parquet", "ParquetPages ParquetStage ThriftCopy ThriftShape", "ParquetTableTests"),
        ("Joule.Tables/Transforms", "CategoricalColumn FittedColumn LeftOutColumns NumericColumn TableStateSet", "TableTransformTests"),
        ("Joule.Tables/Transforms", "RowColumnReader", "TableScorerTests"),
        ("Joule.Tables/Transforms", "CenteredScaling", "StandardScalingTests"),
    ];

    private static readonly string[] Sources = [.. Projects.SelectMany(project => Files("src", project))];
    private static readonly string[] Tests = [.. Projects.SelectMany(project => Files("tests", project + ".Tests"))];

    [Fact]
    public void Every_source_file_has_a_mirrored_test_file_or_a_reason() =>
        Assert.Empty(Unmirrored(Sources, Tests).Except(Excepted()).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_reason_is_needed() =>
        Assert.Empty(Excepted().Except(Unmirrored(Sources, Tests)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_covering_test_file_exists_and_no_file_is_listed_twice()
    {
        string[] names = [.. Tests.Select(test => test[(test.LastIndexOf('/') + 1)..])];
        Assert.Empty(Exceptions.Select(e => e.Reason).Where(reason => reason.EndsWith("Tests", StringComparison.Ordinal)).Except(names));
        Assert.Equal(Excepted().Distinct(), Excepted());
    }

    [Fact]
    public void A_file_without_a_mirrored_test_is_found() =>
        Assert.Equal(["Joule/A/Z"], Unmirrored(
            ["Joule/X", "Joule/A/Y", "Joule/A/Z"], ["Joule.Tests/XTests", "Joule.Tests/A/YTests", "Joule.Tests/ZTests"]));

    private static IEnumerable<string> Excepted() =>
        from exception in Exceptions from file in exception.Files.Split(' ') select $"{exception.Folder}/{file}";

    private static IEnumerable<string> Unmirrored(IEnumerable<string> sources, IEnumerable<string> tests)
    {
        HashSet<string> all = [.. tests];
        return sources.Where(source => !all.Contains($"{source[..source.IndexOf('/', StringComparison.Ordinal)]}.Tests"
            + $"{source[source.IndexOf('/', StringComparison.Ordinal)..]}Tests"));
    }

    /// <summary>The C# files of a project, without their ending.</summary>
    private static IEnumerable<string> Files(string folder, string project)
    {
        string root = Path.Combine(Repository.Root, folder);
        return from path in Directory.EnumerateFiles(Path.Combine(root, project), "*.cs", SearchOption.AllDirectories)
               let file = Path.GetRelativePath(root, path).Replace('\\', '/')
               where !file.Split('/').Any(part => part is "bin" or "obj")
               select file[..^".cs".Length];
    }
}
