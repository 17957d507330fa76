import type { DataWarning } from '../../ir/dataReport'
import type { Span } from '../../ir/span'
import { dataPlace } from '../../language/dataPlace'
import type { Model } from './model'

/** Where an open model names what is said of its data; undefined where that was typed away or stands in another file. */
export function dataPlaceIn(model: Model, about: Pick<DataWarning, 'source' | 'node' | 'column' | 'task'>): Span | undefined {
  const present = { place: (span: Span | null) => model.placeOffsets(span), text: () => model.document.getText() }
  return model.graph ? dataPlace(model.graph, about, present) : undefined
}
