import type { AffinityResult } from '../ir/affinity'
import type { LaunchRequest } from './launch'
import type { SeriesKind, SeriesManifest, SeriesSummary } from './seriesKind'

export type AffinityWishes = Pick<LaunchRequest, 'epochs' | 'seed' | 'engine' | 'device'>

/** `affinity.json` */
export interface AffinityManifest extends SeriesManifest<AffinityWishes> {
  /** Runs that were there before and stand for members, by member. */
  readonly given: Readonly<Record<string, string>>
}

interface About {
  readonly kind: 'affinity'
}

export type AffinitySummary = SeriesSummary<AffinityResult, About>

export const affinity: SeriesKind<AffinityManifest, AffinityResult, About> = {
  name: 'affinity',
  manifest: 'affinity.json',
  ending: 'affinity',
  about: () => ({ kind: 'affinity' }),
}
