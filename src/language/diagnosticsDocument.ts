import { diagnosticCodes } from '../ir/diagnosticCodes'

/** The text of docs/diagnostics.md. */
export function diagnosticsDocument(): string {
  const entries = Object.entries(diagnosticCodes).map(([code, meaning]) => `## ${code}\n\n${meaning}\n`)
  return ['# Diagnostics\n', 'What MTL Workbench says about a model file. The codes are stable.\n', ...entries].join('\n')
}
