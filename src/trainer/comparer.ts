import { comparisonSession } from './comparisonSession'
import { runSeriesProgram } from './seriesProgram'

/** The comparing process: trains the members of a comparison and works out what they say. */
runSeriesProgram(comparisonSession)
