/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {}

/** Something the command works on is wrong, and stderr has said so already where `message` is empty: exit code 1. */
export class CommandFailure extends Error {}

export const usage = `mtl: design and train multi-task learning models

  mtl new DATA --labels a,b,c [--json]
      Writes a first model of a table (CSV, JSON, Parquet), NAME.mtl.ts beside it, which predicts these columns from all
      others. Without --labels, tells which columns can be predicted.
  mtl check FILE [--json]
      Checks a model file (NAME.mtl.ts) and its data, with what is suspicious about them; shows layers, shapes and parameter counts.
  mtl train FILE [--epochs N] [--seed N] [--engine E] [--device D] [--look-ahead N] [--runs DIR] [--json]
  mtl train [FILE] --resume RUN [--epochs N] [--engine E] [--device D] [--look-ahead N] [--json]
      Trains a model, or goes on with a run that was stopped or interrupted. The training process goes on by itself when
      this terminal is closed. Ctrl-C stops it with a checkpoint, Ctrl-C twice at once. --look-ahead N measures at
      every N-th sample of the task gradients what a step on each task alone does for the others (TAG); it takes longer.
  mtl compare FILE [--methods a,b,c] [--seeds N] [--learning-rates a,b,c] [--epochs N] [--engine E] [--device D]
              [--runs DIR] [--json]
  mtl compare [FILE] --resume COMPARISON [--json]
      Trains a single-task model for each task, and the model with its own weighting or with each of the methods, with N
      seeds each (3 when not given), and tells how much better or worse each task fares (Δm). Of several learning rates,
      each chooses its own on the validation split; among methods there are always tuned fixed weights. The same command
      goes on with a comparison that was interrupted.
  mtl cv FILE [--folds K] [--epochs N] [--seed N] [--engine E] [--device D] [--runs DIR] [--json]
      Cross-validates a model: K runs (5 when not given), each tested on another fold; strata, groups and time are kept as
      the file's split says. Ends with mean and spread of each metric. The same command goes on with one that was interrupted.
  mtl affinity FILE [--groups K] [--epochs N] [--seed N] [--engine E] [--device D] [--runs DIR] [--json]
      Trains all tasks together and each alone, and tells which help each other: what a step for one does for the others (TAG),
      how alike their trunks become alone (CKA), and the best groups to train them in, at most K (3 when not given). Finished
      runs of the same model, data, seed and epochs are not trained again; the same command goes on with one that was interrupted.
  mtl relatedness FILE [--json]
      Tells, before anything is trained, how the tasks' labels hang together, how well a linear model of the inputs predicts
      each task, and how much of that a probe of another task holds; and what is suspicious about the data.
  mtl predict RUN DATA [--source PATH] [--engine E] [--json]
      Predicts all tasks for the rows of a data file with the best checkpoint of a run. Where tasks have data sources of
      their own, those are predicted whose inputs the file has, or those of the source at PATH, as the model file writes it.
  mtl runs [DIR] [--json]
      Lists runs and how they stand.
  mtl pause RUN · mtl resume RUN · mtl stop RUN
      Steers a run that is training; resume also goes on with one that is not.

  mtl doctor [--engine E] [--device D] [--json]
      Checks in the very process that would train whether and how each engine computes: libraries, one training step,
      gradients against finite differences; and names the engine that would be taken, and why.

  RUN is a run's folder, its name, a part of its name, or 'latest'.
  --runs DIR     the folder in which run folders lie; .mtl/runs in the workspace when not given. The workspace is the
                 nearest folder above the model file with .git, .vscode, package.json or .mtl; else the file's own folder.
  --engine E     auto (ONNX Runtime where it loads, else TensorFlow.js), onnxruntime or tensorflow. A resumed run keeps its
                 engine when not given. TensorFlow's native library is used where @tensorflow/tfjs-node is installed: beside
                 the program, or in the folder that the variable MTL_TENSORFLOW names.
  --device D     auto (measures some steps of the model on each device and takes the faster), cpu or gpu. A GPU that fails is
                 named, and the CPU goes on from the last checkpoint. A resumed run keeps its device when not given.
  --json         one JSON object per line on stdout, and nothing else there
  --help, --version

  Exit code: 0 success, 1 an error in the model, its data or the run, 2 a wrong command line, 130 stopped by Ctrl-C.
`
