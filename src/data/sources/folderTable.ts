import type { SourceFile, TextTable } from '../source'

/** The files of a folder with a folder for each class, as a table: `file`, relative to the folder, and `class`. @throws DataError */
export async function folderTable(file: SourceFile, endings: readonly string[], what: string): Promise<TextTable> {
  const classes = await file.filesByClass()
  if (classes.length === 0) throw file.fail(`: a folder for each class is expected in it, with its ${what}; it holds none`)
  const isMedia = (path: string) => endings.includes(/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '')
  // Nothing that may be meant is passed over; a list of the classes or the like beside their folders may stay.
  const beside = (await file.filesBeside()).find(({ path, what }) => what !== 'file' || path.includes('/') || isMedia(path))
  if (beside)
    throw file.fail(
      `/${beside.path} ${{ link: 'is a link', folder: 'is a folder', file: 'is in no folder of a class' }[beside.what]}: ${what} themselves are expected in the folders of their classes`,
    )
  const rows: { readonly path: string; readonly name: string }[] = []
  for (const { name, files } of classes) {
    const odd = files.find(path => !isMedia(path))
    if (odd !== undefined) throw file.fail(`/${name}/${odd}: expected ${what} (.${endings.join(', .')})`)
    if (files.length === 0) throw file.fail(`/${name} holds no ${what}: a class without any is left out by removing its folder`)
    for (const path of files) rows.push({ path: `${name}/${path}`, name })
  }
  const values = rows.map(({ path, name }) => `(${file.quote(path)}, ${file.quote(name)})`)
  return {
    columns: ['file', 'class'],
    rows: rows.length,
    select: `SELECT file, class FROM (VALUES ${values.join(', ')}) t(file, class)`,
    place: row => Promise.resolve({ text: rows[row]!.path, number: row + 1 }),
  }
}
