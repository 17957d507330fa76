import * as vscode from 'vscode'
import { checkEngine } from '../../runs/checkEngine'
import { nodeProgram } from '../nodeProgram'
import type { TensorFlowLibrary } from '../runs/tensorflow'

/** Installs TensorFlow's native library, and says whether the process that trains can load it. */
export async function installTensorFlow(library: TensorFlowLibrary, doctor: string, log: vscode.LogOutputChannel): Promise<void> {
  const install = library.installed ? 'Install Again' : 'Install'
  const question = 'Install TensorFlow’s native library (@tensorflow/tfjs-node, about 300 MB from npm and storage.googleapis.com)?'
  const detail =
    'Without it the TensorFlow engine computes in WebAssembly: everything works, on one thread. Models train with ONNX Runtime unless the setting mtl.engine says otherwise.'
  if ((await vscode.window.showInformationMessage(question, { modal: true, detail }, install)) !== install) return
  const options = { location: vscode.ProgressLocation.Notification, title: 'Installing TensorFlow', cancellable: true }
  try {
    await vscode.window.withProgress(options, async (progress, token) => {
      const abort = new AbortController()
      token.onCancellationRequested(() => abort.abort())
      await library.install(
        text => log.info(text),
        message => progress.report({ message }),
        abort.signal,
      )
      progress.report({ message: 'Checking it' })
      const report = await checkEngine({
        doctor,
        node: nodeProgram(),
        engine: 'tensorflow',
        device: 'auto',
        ...library.request,
        signal: abort.signal,
      })
      const [found] = report.engines
      log.info(report.verdict)
      if (!found?.ok || found.notes.length > 0) throw new Error([report.verdict, ...(found?.notes ?? [])].join(' '))
      void vscode.window.showInformationMessage(`TensorFlow is installed. ${report.verdict} Choose it with the setting mtl.engine.`)
    })
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return
    const message = error instanceof Error ? error.message : String(error)
    log.error(`Installing TensorFlow: ${message}`)
    const show = 'Show Log'
    void vscode.window.showErrorMessage(`TensorFlow could not be installed. ${message}`, show).then(answer => {
      if (answer === show) log.show()
    })
  }
}
