import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import * as vscode from 'vscode'
import { EventReader } from '../../src/runs/eventReader'
import type { RunEvent } from '../../src/runs/events'
import { lensTitles, ownDiagnostics, replace, restore, show, until, workspaceFile } from './support'

const flowers = 'flowers/flowers.mtl.ts'
const runsFolder = () => join(workspaceFile('.').fsPath, '.mtl', 'runs')
const events = (run: string): RunEvent[] => new EventReader(join(runsFolder(), run, 'events.ndjson')).read()
const end = (run: string) => events(run).find(event => event.type === 'end')

describe('training from the editor', () => {
  it('refuses a model with errors and shows the first', async () => {
    const editor = await show(flowers)
    const original = editor.document.getText()
    await replace(editor, `dense(16, { activation: 'relu' })`, `dense(16, { activation: 'rellu' })`)
    try {
      const started = await vscode.commands.executeCommand('mtl.train', editor.document.uri)
      assert.equal(started, undefined)
      const [problem] = ownDiagnostics(editor.document.uri)
      assert.ok(problem)
      const active = vscode.window.activeTextEditor
      assert.ok(active?.selection.start.isEqual(problem.range.start))
    } finally {
      await restore(editor, original)
    }
  })

  it('trains to the end in a process of its own, and shows the run with its metrics', async () => {
    const editor = await show(flowers)
    const run = await vscode.commands.executeCommand<string>('mtl.train', editor.document.uri)
    assert.ok(run && readdirSync(runsFolder()).includes(run), `${run} is a run folder`)
    const last = await until('the end of training', () => end(run))
    assert.equal(last!.status, 'completed')
    assert.deepEqual(Object.keys(last!.metrics), ['kind', 'mass'])
    const titles = await until(
      'the lens of the last run',
      () => lensTitles(editor.document.uri),
      found => found.some(title => title.startsWith('last run: kind accuracy')),
    )
    assert.ok(titles.includes('▶ Train'))
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label))
    assert.ok(tabs.includes('Curves: flowers'), tabs.join())
  })

  it('pauses, resumes and stops a run', async () => {
    const editor = await show(flowers)
    const original = editor.document.getText()
    await replace(editor, 'epochs: 4', 'epochs: 400_000')
    try {
      const run = await vscode.commands.executeCommand<string>('mtl.train', editor.document.uri)
      assert.ok(run)
      const states = () => events(run).flatMap(event => (event.type === 'status' ? [event.status] : []))
      await until('the first epoch', () => events(run).some(event => event.type === 'epoch'))
      await until(
        'Stop above the model',
        () => lensTitles(editor.document.uri),
        found => found.includes('■ Stop'),
      )
      await vscode.commands.executeCommand('mtl.pause', run)
      await until(
        'paused',
        () => states().at(-1),
        state => state === 'paused',
      )
      await until(
        'Resume above the model',
        () => lensTitles(editor.document.uri),
        found => found.includes('▶ Resume'),
      )
      await vscode.commands.executeCommand('mtl.resume', run)
      await until(
        'training again',
        () => states().at(-1),
        state => state === 'training',
      )
      await vscode.commands.executeCommand('mtl.stop', run)
      const last = await until('the end', () => end(run))
      assert.equal(last!.status, 'stopped')
      await until(
        'Train above the model again',
        () => lensTitles(editor.document.uri),
        found => found.includes('▶ Train'),
      )
    } finally {
      await restore(editor, original)
    }
  })

  it('says at the source what is wrong with the data', async () => {
    const data = vscode.Uri.joinPath(workspaceFile(dirname(flowers)), 'flowers.csv')
    const original = await vscode.workspace.fs.readFile(data)
    const editor = await show(flowers)
    try {
      await vscode.workspace.fs.delete(data)
      const [problem] = await until(
        'a diagnostic',
        () => ownDiagnostics(editor.document.uri),
        found => found.length > 0,
      )
      assert.match(problem!.message, /flowers\.csv/)
      assert.match(editor.document.getText(problem!.range), /flowers\.csv/)
    } finally {
      await vscode.workspace.fs.writeFile(data, original)
    }
    await until(
      'the diagnostic goes',
      () => ownDiagnostics(editor.document.uri),
      found => found.length === 0,
    )
  })

  it('finds a run that was started in a terminal', async () => {
    const uri = workspaceFile('flowers/terminal.mtl.ts')
    await vscode.workspace.fs.copy(workspaceFile(flowers), uri, { overwrite: true })
    try {
      await vscode.window.showTextDocument(uri)
      await until(
        'lenses',
        () => lensTitles(uri),
        found => found.includes('▶ Train'),
      )
      const { extensionPath } = vscode.extensions.getExtension('mtl-workbench.mtl-workbench')!
      const program = [join(extensionPath, 'dist', 'cli.js'), 'train', uri.fsPath, '--json']
      const { stdout } = await promisify(execFile)(process.execPath, program, { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } })
      assert.match(stdout, /"type":"end"/)
      await until(
        'its last run',
        () => lensTitles(uri),
        found => found.some(title => title.startsWith('last run: kind accuracy')),
      )
    } finally {
      await vscode.workspace.fs.delete(uri)
    }
  })

  it('tells at its place in the model what only reading all of the data shows', async () => {
    const data = vscode.Uri.joinPath(workspaceFile(dirname(flowers)), 'flowers.csv')
    const original = await vscode.workspace.fs.readFile(data)
    const editor = await show(flowers)
    const text = editor.document.getText()
    try {
      // Three rows: no split of them leaves something in each part.
      await vscode.workspace.fs.writeFile(
        data,
        new TextEncoder().encode(new TextDecoder().decode(original).split('\n').slice(0, 3).join('\n')),
      )
      await vscode.commands.executeCommand('mtl.train', editor.document.uri)
      const found = await until(
        'a diagnostic',
        () => vscode.languages.getDiagnostics(editor.document.uri).filter(d => d.source?.startsWith('mtl')),
        list => list.length > 0,
      )
      assert.ok(found[0]!.range.start.line > 0, JSON.stringify(found))
    } finally {
      await vscode.workspace.fs.writeFile(data, original)
      await restore(editor, text)
    }
  })
})
