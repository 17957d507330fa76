import * as vscode from 'vscode'
import { choiceOf, type EngineChoice } from '../ir/engineChoice'

/** The engine for new runs, as the settings say. */
export function engineChoice(): EngineChoice {
  return choiceOf(vscode.workspace.getConfiguration('mtl').get<string>('engine', 'auto'))
}
