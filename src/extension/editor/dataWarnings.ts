import * as vscode from 'vscode'
import { Disposables } from '../../base/disposable'
import type { DataWarning } from '../../ir/dataReport'
import { featurePlace } from '../../ir/featureColumns'
import { explanation } from '../commands/explainDiagnostic'
import { dataPlaceIn } from '../models/dataPlaceIn'
import type { DataReports } from '../models/dataReports'
import type { Model } from '../models/model'
import type { Models } from '../models/models'
import { diagnosticSource } from './diagnostics'

/** What is suspicious about a model's data, where the model file names it. */
export class DataWarnings implements vscode.Disposable {
  private readonly disposables = new Disposables()
  private readonly collection = this.disposables.track(vscode.languages.createDiagnosticCollection('mtl-data'))

  constructor(
    models: Models,
    private readonly reports: DataReports,
  ) {
    this.disposables.track(reports.onDidChange(model => this.update(model)))
    // Spans are carried along as text is typed; a new evaluation gives new ones.
    this.disposables.track(models.onDidChange(model => this.update(model)))
    this.disposables.track(models.onDidClose(model => this.collection.delete(model.uri)))
  }

  dispose(): void {
    this.disposables.dispose()
  }

  private update(model: Model): void {
    const { status, report } = this.reports.of(model)
    // While the data are read anew the former warnings stay, so that they don't flicker.
    const warnings = report && (status === 'ready' || status === 'reading') ? report.warnings : []
    this.collection.set(
      model.uri,
      warnings.filter(warning => isNamed(model, warning)).map(warning => dataDiagnostic(model, warning)),
    )
  }
}

/** Whether the features still have the column that is warned of: one that was taken out is no matter while the data are read anew. */
function isNamed({ graph }: Model, { node, column }: DataWarning): boolean {
  if (node === undefined || column === undefined) return true
  return graph?.nodes.some(other => other.name === node && featurePlace(other, column)) === true
}

export function dataDiagnostic(model: Model, warning: DataWarning): vscode.Diagnostic {
  const { document } = model
  const place = dataPlaceIn(model, warning)
  const range = new vscode.Range(document.positionAt(place?.start ?? 0), document.positionAt(place?.end ?? 0))
  const diagnostic = new vscode.Diagnostic(range, warning.message, vscode.DiagnosticSeverity.Warning)
  diagnostic.source = diagnosticSource
  diagnostic.code = { value: warning.code, target: explanation(warning.code) }
  return diagnostic
}
