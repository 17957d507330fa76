import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import { lensTitles, ownDiagnostics, show, until, workspaceFile } from './support'

describe('commands', () => {
  it('all that package.json names are there', async () => {
    await show('flowers/flowers.mtl.ts')
    const packageJSON: unknown = vscode.extensions.getExtension('mtl-workbench.mtl-workbench')!.packageJSON
    const { contributes } = packageJSON as { contributes: { commands: { command: string }[] } }
    const known = await vscode.commands.getCommands(true)
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter(command => !known.includes(command)),
      [],
    )
  })

  it('Open Example shows the example that the workspace has', async () => {
    void vscode.commands.executeCommand('mtl.openExample')
    const isExample = (path: string | undefined) => path !== undefined && /(conflict|penguins|multi-fashion)\.mtl\.ts$/.test(path)
    await until(
      'an example in the editor',
      async () => {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
        return vscode.window.activeTextEditor?.document.uri.path
      },
      isExample,
    )
  })

  it('New Model writes one that is drawn at once, and gives its name the right end', async () => {
    await vscode.commands.executeCommand('mtl.newModel', workspaceFile('first.ts'))
    const uri = workspaceFile('first.mtl.ts')
    try {
      assert.equal(vscode.window.activeTextEditor?.document.uri.path, uri.path)
      await until(
        'lenses',
        () => lensTitles(uri),
        found => found.includes('Graph'),
      )
      assert.deepEqual(ownDiagnostics(uri), [])
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
      await vscode.workspace.fs.delete(uri)
    }
  })

  it('Show Graph opens the panel beside the editor, which follows the active model', async () => {
    const editor = await show('flowers/flowers.mtl.ts')
    await vscode.commands.executeCommand('mtl.showGraph', editor.document.uri)
    const labels = () => vscode.window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label))
    await until('the panel', labels, found => found.includes('Graph: flowers'))
    assert.ok(vscode.window.tabGroups.all.length >= 2)
    await vscode.window.showTextDocument(workspaceFile('penguins/penguins.mtl.ts'), { viewColumn: vscode.ViewColumn.One })
    await until('the panel turns to the other model', labels, found => found.includes('Graph: penguins'))
  })

  it('Add Types to Workspace writes the declaration and a path to it', async () => {
    const config = workspaceFile('tsconfig.json')
    await vscode.commands.executeCommand('mtl.addTypes')
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(config))
      const { paths } = (JSON.parse(text) as { compilerOptions: { paths: Record<string, string[]> } }).compilerOptions
      const declaration = await vscode.workspace.fs.readFile(workspaceFile(paths.mtl![0]!))
      assert.match(new TextDecoder().decode(declaration), /dense/)
    } finally {
      await vscode.workspace.fs.delete(config)
      await vscode.workspace.fs.delete(workspaceFile('.mtl/types'), { recursive: true })
    }
  })

  it('a command that fails says why and does not throw', async () => {
    assert.equal(await vscode.commands.executeCommand('mtl.openModel', 'no-such-run'), undefined)
  })
})
