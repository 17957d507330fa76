/** A picture or table made in a panel, to be saved where the user says: a webview can't write files itself. */
export interface SaveFile {
  readonly kind: 'save'
  /** Proposed name with its ending: 'penguins-graph.svg'. */
  readonly name: string
  readonly content: { readonly encoding: 'utf8' | 'base64'; readonly data: string }
}

/** Endings that panels may propose, and what the save dialog calls them. */
export const fileTypes: Readonly<Record<string, string>> = { svg: 'SVG picture', png: 'PNG picture', csv: 'Comma separated values' }
