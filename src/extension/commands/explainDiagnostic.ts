import * as vscode from 'vscode'

/** The link of a diagnostic's code: a command, because a link to the file would show its raw text from the top. */
export const explanation = (code: string): vscode.Uri =>
  vscode.Uri.parse(`command:mtl.explainDiagnostic?${encodeURIComponent(JSON.stringify([code]))}`)

/** Shows what is written about a diagnostic's code, in the Markdown preview at its heading. */
export async function explainDiagnostic(extension: vscode.Uri, code: unknown): Promise<void> {
  // The preview names headings as GitHub does: `mtl/shape-mismatch` becomes `mtlshape-mismatch`.
  const fragment = String(code).replace(/[^\w-]/g, '')
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(extension, 'docs', 'diagnostics.md').with({ fragment }))
}
