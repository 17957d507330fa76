import type { Scaling } from './scaling'

export const none: Scaling = { kind: 'none', doc: 'as they are', fit: () => ({ center: 0, range: 1 }) }
