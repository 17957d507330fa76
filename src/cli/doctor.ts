import { join } from 'node:path'
import { checkEngine } from '../runs/checkEngine'
import { reportText } from '../runs/engineReport'
import type { Arguments } from './arguments'
import { print, printJson } from './output'
import { tensorflowFolder } from './tensorflowFolder'

/** `mtl doctor`: whether and how models can be trained here. @returns exit code: 0 when something can train */
export async function doctor({ json, engine = 'auto', device = 'auto' }: Arguments): Promise<number> {
  const report = await checkEngine({ doctor: join(__dirname, 'doctor.js'), engine, device, ...tensorflowFolder() })
  if (json) printJson(report)
  else print(reportText(report))
  return report.engines.some(({ ok }) => ok) ? 0 : 1
}
