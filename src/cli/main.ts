import { nearest } from '../base/nearest'
import { RunError } from '../runs/folder'
import { TensorFileError } from '../runs/safetensors'
import { productVersion } from '../runs/version'
import { affinityCommand } from './affinity'
import { parseArguments } from './arguments'
import { check } from './check'
import { compareCommand } from './compare'
import { crossValidate } from './cv'
import { doctor } from './doctor'
import { newModel } from './new'
import { print, printError } from './output'
import { predict } from './predict'
import { relatedness } from './relatedness'
import { listRuns } from './runs'
import { steer } from './steer'
import { trainCommand } from './train'
import { CommandFailure, usage, UsageError } from './usage'

type Command = (args: readonly string[]) => number | Promise<number>

const steering =
  (command: 'pause' | 'resume' | 'stop'): Command =>
  args =>
    steer(command, parseArguments(args, ['json', 'runs'], { most: 1, required: ['RUN'] }))

/** Every command: one line each. */
const commands: Readonly<Record<string, Command>> = {
  new: args => newModel(parseArguments(args, ['json', 'labels'], { most: 1, required: ['DATA'] })),
  check: args => check(parseArguments(args, ['json'], { most: 1, required: ['FILE'] })),
  affinity: args =>
    affinityCommand(
      parseArguments(args, ['json', 'groups', 'epochs', 'seed', 'runs', 'engine', 'device'], { most: 1, required: ['FILE'] }),
    ),
  cv: args =>
    crossValidate(parseArguments(args, ['json', 'folds', 'epochs', 'seed', 'runs', 'engine', 'device'], { most: 1, required: ['FILE'] })),
  train: args =>
    trainCommand(
      parseArguments(args, ['json', 'epochs', 'seed', 'runs', 'resume', 'engine', 'device', 'look-ahead'], { most: 1, required: [] }),
    ),
  compare: args =>
    compareCommand(
      parseArguments(args, ['json', 'epochs', 'seeds', 'runs', 'resume', 'engine', 'device', 'methods', 'learning-rates'], {
        most: 1,
        required: args.some(arg => arg.startsWith('--resume')) ? [] : ['FILE'],
      }),
    ),
  predict: args => predict(parseArguments(args, ['json', 'runs', 'source', 'engine'], { most: 2, required: ['RUN', 'DATA'] })),
  relatedness: args => relatedness(parseArguments(args, ['json'], { most: 1, required: ['FILE'] })),
  doctor: args => doctor(parseArguments(args, ['json', 'engine', 'device'], { most: 0, required: [] })),
  runs: args => listRuns(parseArguments(args, ['json'], { most: 1, required: [] })),
  pause: steering('pause'),
  resume: steering('resume'),
  stop: steering('stop'),
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const [name, ...rest] = args
    if (name === '--version') return (print(productVersion()), 0)
    if (args.includes('--help') || args.includes('-h') || name === 'help') return (print(usage.trimEnd()), 0)
    if (name === undefined) throw new UsageError('no command is given')
    if (!Object.hasOwn(commands, name)) {
      const guess = nearest(name, Object.keys(commands))
      throw new UsageError(`there is no command '${name}'${guess ? `; did you mean ${guess}?` : ''}`)
    }
    return await commands[name]!(rest)
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`mtl: ${error.message}\n\n${usage.trimEnd()}`)
      return 2
    }
    const expected = error instanceof CommandFailure || error instanceof RunError || error instanceof TensorFileError
    printError(expected ? error.message : `Internal error: ${(error as Error).stack ?? String(error)}`)
    return 1
  }
}

// Whoever reads may stop reading (`mtl train … | head`); a run goes on without.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

void main(process.argv.slice(2)).then(code => {
  process.exitCode = code
  // What was printed is written out before the runtime's threads are left behind.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
})
