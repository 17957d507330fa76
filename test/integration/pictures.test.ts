import * as vscode from 'vscode'
import { codeOf, hintLabels, ownDiagnostics, show, until, workspaceFile } from './support'

const kinds = ['boots', 'bags']
const count = 24

/** A source of pictures, by class in folders, or named by a table. */
const model = (source: string, label: string) => `import { classification, dense, flatten, images, input, model } from 'mtl'

const shelf = images(${source})
const x = input('image', [28, 28, 1], { from: shelf, scale: 1 / 255 }).pipe(flatten(), dense(4))

export default model({ tasks: { kind: classification(shelf.label('${label}'), x) } })
`

describe('pictures that change on the disk', () => {
  const file = (path: string) => workspaceFile(`garments/${path}`)
  const write = (path: string, text: string) => vscode.workspace.fs.writeFile(file(path), new TextEncoder().encode(text))
  const place = (i: number) => `shelf/${kinds[i % 2]}/${i}.png`
  const put = (path: string, picture: number) =>
    vscode.workspace.fs.copy(workspaceFile(`multi-input/pictures/${String(picture).padStart(4, '0')}.png`), file(path), { overwrite: true })
  const putAll = (picture: (i: number) => number) => Promise.all(Array.from({ length: count }, (_, i) => put(place(i), picture(i))))

  before(async () => {
    await putAll(() => 0)
    const rows = Array.from({ length: count }, (_, i) => `${place(i)},${kinds[i % 2]}`)
    await write('shelf.csv', ['picture,kind', ...rows].join('\n'))
    await write('folder.mtl.ts', model(`'shelf', { size: [28, 28], channels: 1 }`, 'class'))
    await write('table.mtl.ts', model(`'shelf.csv', { size: [28, 28], channels: 1, column: 'picture' }`, 'kind'))
  })
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    await vscode.workspace.fs.delete(file(''), { recursive: true })
  })

  const classes = (document: vscode.TextDocument, n: number) =>
    until(
      `${n} classes`,
      () => hintLabels(document),
      found => found.some(({ label }) => label.startsWith(`[${n}]`)),
    )

  it('are profiled again when a folder gets a class, and loses it', async () => {
    const { document } = await show('garments/folder.mtl.ts')
    await classes(document, 2)
    await put('shelf/coats/0.png', 1)
    await classes(document, 3)
    await vscode.workspace.fs.delete(file('shelf/coats'), { recursive: true })
    await classes(document, 2)
  })

  for (const name of ['folder', 'table'])
    it(`are warned of, in a ${name}, as long as they are all the same`, async () => {
      const { document } = await show(`garments/${name}.mtl.ts`)
      const same = () => ownDiagnostics(document.uri).filter(found => codeOf(found) === 'mtl/constant-column').length
      await until('the warning', same, found => found === 1)
      await putAll(i => i)
      await until('no warning', same, found => found === 0)
      await putAll(() => 0)
      await until('the warning again', same, found => found === 1)
    })
})
