import { audio } from './audio'
import type { Extractor } from './extractor'
import { images } from './images'
import { tokens } from './tokens'
import { windows } from './windows'

/** How the array of each kind of source comes about. */
const extractors: Readonly<Record<string, Extractor>> = { images, text: tokens, audio, series: windows }

export const extractorOf = (kind: string): Extractor | undefined => extractors[kind]
