import * as vscode from 'vscode'
import { deviceChoiceOf, type DeviceChoice } from '../ir/deviceChoice'
import { choiceOf, type EngineChoice } from '../ir/engineChoice'

/** The engine for new runs, as the settings say. */
export function engineChoice(): EngineChoice {
  return choiceOf(vscode.workspace.getConfiguration('mtl').get<string>('engine', 'auto'))
}

/** The device for new runs, as the settings say. */
export function deviceChoice(): DeviceChoice {
  return deviceChoiceOf(vscode.workspace.getConfiguration('mtl').get<string>('device', 'auto'))
}
