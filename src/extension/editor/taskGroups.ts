import * as vscode from 'vscode'
import type { GraphTask } from '../../ir/graph'
import type { Models } from '../models/models'
import { GraphEdits } from '../panels/graphEdits'
import type { RunStore } from '../runs/runStore'
import { dayOf, timeOf } from '../runs/runText'

type Groups = readonly (readonly string[])[]

/** Writes models whose groups of tasks have trunks of their own, shown before it is done. */
export class TaskGroups {
  private readonly edits: GraphEdits

  constructor(
    private readonly models: Models,
    private readonly runs: RunStore,
  ) {
    this.edits = new GraphEdits(models)
  }

  /** Asks for the groups: those that were measured to be best, or any others. */
  async choose(uri: vscode.Uri): Promise<void> {
    const model = await this.models.current(uri)
    const tasks = model.graph?.tasks ?? []
    if (tasks.length < 2) throw new Error('The model needs two tasks or more to be grouped.')
    const byHand = 'Other groups…'
    const measured = this.measured(uri, tasks)
    const items: { label: string; detail: string; groups: Groups | undefined }[] = measured.map(({ groups, detail }) => ({
      label: groupsText(groups),
      detail,
      groups,
    }))
    const measure = {
      label: 'Measure task affinity…',
      detail: 'Trains the tasks together and alone, and finds the best groups',
      groups: undefined,
    }
    const other = { label: byHand, detail: `Of ${tasks.map(({ name }) => name).join(', ')}`, groups: undefined }
    const chosen = await vscode.window.showQuickPick([...items, other, measure], {
      title: 'Group Tasks',
      placeHolder: 'Each group gets a trunk of its own',
    })
    if (chosen === measure) return void (await vscode.commands.executeCommand('mtl.measureAffinity', uri))
    const groups = chosen === other ? await askGroups(tasks) : chosen?.groups
    if (groups) await this.write(uri, groups)
  }

  async write(uri: vscode.Uri, groups: Groups): Promise<void> {
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One })
    const model = await this.models.current(uri)
    await this.edits.make(model, { kind: 'groupTasks', groups }, { preview: true })
  }

  /** Of the newest measurement of this model with these tasks. */
  private measured(uri: vscode.Uri, tasks: readonly GraphTask[]): { readonly groups: Groups; readonly detail: string }[] {
    const names = tasks
      .map(({ name }) => name)
      .sort()
      .join()
    const found = this.runs
      .seriesOf('affinity')
      .find(({ modelFile, result }) => modelFile === uri.fsPath && result && [...result.tasks].sort().join() === names)
    const when = found && `${dayOf(found.created)}, ${timeOf(found.created)}`
    const groupings = (found?.result?.groupings ?? []).map(({ apart }) => apart).filter(({ groups }) => groups.length > 1)
    const different = groupings.filter(
      ({ groups }, k) => groupings.findIndex(other => groupsText(other.groups) === groupsText(groups)) === k,
    )
    return different.map(({ groups, score }) => ({ groups, detail: `Measured ${when}: score ${Number(score.toPrecision(3))}` }))
  }
}

const groupsText = (groups: Groups): string => groups.map(group => group.join(' + ')).join(' | ')

async function askGroups(tasks: readonly GraphTask[]): Promise<Groups | undefined> {
  const names = tasks.map(({ name }) => name)
  const groupsOf = (text: string) =>
    text.split('|').map(group =>
      group
        .split('+')
        .map(name => name.trim())
        .filter(Boolean),
    )
  const problem = (text: string) => {
    const groups = groupsOf(text)
    const given = groups.flat()
    const unknown = given.find(name => !names.includes(name))
    if (unknown !== undefined) return `There is no task '${unknown}': ${names.join(', ')}`
    if (given.length > new Set(given).size) return 'Each task is in one group only'
    const missing = names.find(name => !given.includes(name))
    if (missing !== undefined) return `'${missing}' is in no group yet`
    return groups.length < 2 || groups.some(group => group.length === 0) ? 'Two groups or more, such as a + b | c' : undefined
  }
  const value = `${names.slice(0, -1).join(' + ')} | ${names.at(-1)!}`
  const prompt = 'Groups with | between them, tasks with +'
  const answer = await vscode.window.showInputBox({ title: 'Group Tasks', prompt, value, validateInput: problem })
  return answer === undefined ? undefined : groupsOf(answer)
}
