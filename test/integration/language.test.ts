import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { codeOf, hintLabels, lensTitles, ownDiagnostics, replace, restore, show, temporaryModel, until, workspaceFile } from './support'

const flowers = 'flowers/flowers.mtl.ts'

describe('model files in the editor', () => {
  let editor: vscode.TextEditor
  let original: string
  beforeEach(async () => {
    editor = await show(flowers)
    original = editor.document.getText()
  })
  afterEach(async () => {
    await restore(editor, original)
    await until(
      'the file is whole again',
      () => ownDiagnostics(editor.document.uri),
      found => found.length === 0,
    )
  })

  it('the extension is active, as the folder has a model', async () => {
    const extension = vscode.extensions.getExtension('mtl-workbench.mtl-workbench')
    assert.ok(extension)
    await until('activation', () => extension.isActive)
  })

  it('shows Train and Graph above the model', async () => {
    const titles = await until(
      'lenses',
      () => lensTitles(editor.document.uri),
      found => found.length >= 2,
    )
    assert.ok(titles.includes('▶ Train'), titles.join())
    assert.ok(titles.includes('Graph'), titles.join())
  })

  it('shows shapes and numbers of weights, also those that need the data', async () => {
    const hints = await until(
      'hints with the data known',
      () => hintLabels(editor.document),
      found => found.some(h => h.label === '[3] · 27 params'),
    )
    const at = (end: string) => hints.find(hint => hint.line.endsWith(end))?.label
    assert.equal(at(`dense(16, { activation: 'relu' })`), '[16] · 48 params')
    assert.equal(at(`dense(8, { activation: 'relu' })`), '[8] · 136 params')
  })

  it('hides hints by setting', async () => {
    const settings = vscode.workspace.getConfiguration('mtl.inlayHints')
    await until(
      'hints',
      () => hintLabels(editor.document),
      found => found.some(h => h.label.includes('[16]')),
    )
    try {
      await settings.update('shapes', false, vscode.ConfigurationTarget.Global)
      await until(
        'parameters alone',
        () => hintLabels(editor.document),
        found => found.length > 0 && found.every(h => !h.label.includes('[')),
      )
      await settings.update('parameters', false, vscode.ConfigurationTarget.Global)
      await until(
        'no hints',
        () => hintLabels(editor.document),
        found => found.length === 0,
      )
    } finally {
      await settings.update('shapes', undefined, vscode.ConfigurationTarget.Global)
      await settings.update('parameters', undefined, vscode.ConfigurationTarget.Global)
    }
  })

  it('underlines the exact argument of a mistake, with code and link', async () => {
    await replace(editor, `dense(16, { activation: 'relu' })`, `dense(16, { activation: 'rellu' })`)
    const [problem] = await until(
      'a diagnostic',
      () => ownDiagnostics(editor.document.uri),
      found => found.length > 0,
    )
    assert.match(codeOf(problem!), /^mtl\//)
    assert.match(editor.document.getText(problem!.range), /rellu/)
    assert.match(problem!.message, /relu/)
    assert.ok(typeof problem!.code === 'object' && problem!.code.target.path === 'mtl.explainDiagnostic')
    const { extensionUri } = vscode.extensions.getExtension('mtl-workbench.mtl-workbench')!
    const file = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'docs', 'diagnostics.md'))
    const documentation = new TextDecoder().decode(file)
    assert.ok(documentation.includes(codeOf(problem!)), `${codeOf(problem!)} is documented`)
  })

  it('offers the nearest name as preferred quick fix, and the fix mends the file', async () => {
    await replace(editor, `dense(16, { activation: 'relu' })`, `dense(16, { activation: 'rellu' })`)
    const [problem] = await until(
      'a diagnostic',
      () => ownDiagnostics(editor.document.uri),
      found => found.length > 0,
    )
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      problem!.range,
      vscode.CodeActionKind.QuickFix.value,
    )
    const fix = actions.find(action => action.isPreferred && action.edit && /relu/.test(action.title))
    assert.ok(fix, actions.map(action => action.title).join())
    assert.ok(await vscode.workspace.applyEdit(fix.edit!))
    await until(
      'the diagnostic goes',
      () => ownDiagnostics(editor.document.uri),
      found => found.length === 0,
    )
    assert.match(editor.document.getText(), /dense\(16, \{ activation: 'relu' \}\)/)
  })

  it('keeps hints and lenses at their places while the file is broken', async () => {
    await until(
      'hints',
      () => hintLabels(editor.document),
      found => found.some(h => h.label === '[16] · 48 params'),
    )
    await replace(editor, `import { adam`, `const broken = (\n\nimport { adam`)
    await until(
      'the syntax error',
      () => ownDiagnostics(editor.document.uri),
      found => found.some(d => d.severity === vscode.DiagnosticSeverity.Error),
    )
    const hints = await hintLabels(editor.document)
    assert.equal(hints.find(hint => hint.line.endsWith(`dense(16, { activation: 'relu' })`))?.label, '[16] · 48 params')
    assert.ok((await lensTitles(editor.document.uri)).includes('▶ Train'))
  })

  it('evaluates again when an imported file changes on the disk', async () => {
    const sizes = vscode.Uri.joinPath(editor.document.uri, '..', 'sizes.ts')
    const write = (n: number) => vscode.workspace.fs.writeFile(sizes, new TextEncoder().encode(`export const width = ${n}\n`))
    await write(5)
    try {
      await replace(editor, `dense(16, { activation: 'relu' })`, 'dense(width)')
      await replace(editor, `from 'mtl'`, `from 'mtl'\nimport { width } from './sizes'`)
      await until(
        'the imported value',
        () => hintLabels(editor.document),
        found => found.some(h => h.label.startsWith('[5]')),
      )
      await write(9)
      await until(
        'the changed value',
        () => hintLabels(editor.document),
        found => found.some(h => h.label.startsWith('[9]')),
      )
    } finally {
      await vscode.workspace.fs.delete(sizes)
    }
  })

  it('takes a column that never changes out of the features by its quick fix', async () => {
    const data = workspaceFile('same.csv')
    const rows = Array.from({ length: 60 }, (_, i) => `${(i * 37) % 60},7,${(i * 13) % 2 ? 'x' : 'y'}`)
    await vscode.workspace.fs.writeFile(data, new TextEncoder().encode(['a,same,k', ...rows].join('\n')))
    const text = `import { classification, csv, dense, model } from 'mtl'
const data = csv('same.csv')
const x = data.features({ numeric: ['a', 'same'] }).pipe(dense(4))
export default model({ tasks: { k: classification(data.label('k'), x) } })
`
    const { editor, remove } = await temporaryModel('same.mtl.ts', text)
    try {
      const { uri } = editor.document
      const [warning] = await until(
        'the warning',
        () => ownDiagnostics(uri),
        found => found.length > 0,
      )
      assert.deepEqual([codeOf(warning!), editor.document.getText(warning!.range)], ['mtl/constant-column', "'same'"])
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        warning!.range,
        vscode.CodeActionKind.QuickFix.value,
      )
      const fix = actions.find(({ title }) => title === "Take 'same' out of the features")
      assert.ok(fix?.command, actions.map(({ title }) => title).join())
      await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments as unknown[]))
      assert.equal(editor.document.getText(), text.replace(", 'same'", ''))
      await until(
        'no warning',
        () => ownDiagnostics(uri),
        found => found.length === 0,
      )
    } finally {
      await remove()
      await vscode.workspace.fs.delete(data)
    }
  })

  it('profiles the data again when its file changes', async () => {
    const data = vscode.Uri.joinPath(editor.document.uri, '..', 'flowers.csv')
    const original = await vscode.workspace.fs.readFile(data)
    await until(
      'three classes',
      () => hintLabels(editor.document),
      found => found.some(h => h.label.startsWith('[3]')),
    )
    try {
      await vscode.workspace.fs.writeFile(data, Buffer.concat([original, Buffer.from('9.9,3.3,lily,80.1\n')]))
      await until(
        'four classes',
        () => hintLabels(editor.document),
        found => found.some(h => h.label.startsWith('[4]')),
      )
    } finally {
      await vscode.workspace.fs.writeFile(data, original)
    }
    await until(
      'three classes again',
      () => hintLabels(editor.document),
      found => found.some(h => h.label.startsWith('[3]')),
    )
  })

  it('knows the words of mtl without any installed package', async () => {
    const position = editor.document.positionAt(editor.document.getText().indexOf('dense(16') + 2)
    const text = await until(
      'hover of dense',
      async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, position)
        return hovers.flatMap(hover => hover.contents.map(content => (typeof content === 'string' ? content : content.value))).join('\n')
      },
      found => /dense/.test(found) && !/\bany\b/.test(found) && /units/.test(found),
    )
    assert.ok(text.length > 40)
    const foreign = vscode.languages.getDiagnostics(editor.document.uri).filter(d => d.source === 'ts')
    assert.deepEqual(
      foreign.map(d => d.message),
      [],
    )
  })

  it('reports a problem of a file without a model where it stands', async () => {
    const { editor: other, remove } = await temporaryModel('flowers/empty.mtl.ts', `import { dense } from 'mtl'\n\ndense(-1)\n`)
    try {
      const found = await until(
        'diagnostics',
        () => ownDiagnostics(other.document.uri),
        list => list.length > 0,
      )
      assert.ok(
        found.some(d => d.range.start.line === 2),
        JSON.stringify(found.map(d => [d.message, d.range])),
      )
    } finally {
      await remove()
    }
  })
})
