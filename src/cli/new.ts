import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { nearest } from '../base/nearest'
import { profiles } from '../data/profile'
import { profileKey } from '../ir/profile'
import { tableEndings, tableKindOf, withoutEnding } from '../base/tableFiles'
import { labelChoices, modelFromTable, readTable, type LabelChoice } from '../language/modelFromTable'
import type { Arguments } from './arguments'
import { print, printJson, shortPath, table } from './output'
import { CommandFailure } from './usage'

/** `mtl new DATA --labels a,b`: writes a first model of a table, NAME.mtl.ts beside it. @returns exit code */
export async function newModel({ positionals, labels = [], json }: Arguments): Promise<number> {
  const data = resolve(positionals[0]!)
  const name = basename(data)
  const kind = tableKindOf(name)
  if (!kind)
    throw new CommandFailure(`${shortPath(data)}: a table is expected: a file that ends in .${Object.keys(tableEndings).join(', .')}`)
  const read = await readTable(kind, name, async wanted => (await profiles([wanted], dirname(data)))[profileKey(wanted)]!)
  if (read.kind === 'error') throw new CommandFailure(read.message)
  const choices = labelChoices(read)
  if (labels.length === 0) throw new CommandFailure(`--labels is missing: ${choicesText(choices)}`)
  for (const label of labels) {
    if (choices.some(({ column }) => column === label)) continue
    const there = read.profile.columns.some(column => column.name === label)
    const guess = nearest(
      label,
      choices.map(({ column }) => column),
    )
    const what = there
      ? `the column '${label}' can't be predicted: it has one value only, dates, too many texts, or texts among its numbers`
      : `there is no column '${label}'`
    throw new CommandFailure(`${name}: ${what}${guess && !there ? `; did you mean ${guess}?` : ''}\n${choicesText(choices)}`)
  }
  const model = join(dirname(data), `${withoutEnding(name)}.mtl.ts`)
  if (existsSync(model)) throw new CommandFailure(`${shortPath(model)} is there already`)
  const text = modelFromTable(read, labels)
  if (typeof text !== 'string') throw new CommandFailure(text.refusal)
  writeFileSync(model, text, { flag: 'wx' })
  const tasks = choices.filter(({ column }) => labels.includes(column))
  if (json) printJson({ type: 'model', file: model, tasks: tasks.map(({ column, task }) => ({ name: column, kind: task })) })
  else print(`${shortPath(model)}: ${tasks.map(({ column, task }) => `${column} (${task})`).join(', ')}`)
  return 0
}

const choicesText = (choices: readonly LabelChoice[]): string =>
  choices.length === 0
    ? 'no column can be predicted'
    : [
        'columns that can be predicted:',
        ...table(choices.map(({ column, task, values }) => [column, task, values])).map(line => `  ${line}`),
      ].join('\n')
