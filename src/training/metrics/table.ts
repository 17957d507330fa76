import { accuracy } from './accuracy'
import { auc } from './auc'
import { macroF1 } from './macroF1'
import { mae } from './mae'
import type { MetricDefinition } from './metric'
import { r2 } from './r2'
import { rmse } from './rmse'

/** Every metric: one line each. `loss` is measured for all tasks and needs no entry. */
export const metrics: readonly MetricDefinition[] = [accuracy, macroF1, auc, mae, rmse, r2]

const byName = new Map(metrics.map(metric => [metric.name, metric]))

export const metricOf = (name: string): MetricDefinition | undefined => byName.get(name)
