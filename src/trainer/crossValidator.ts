import { crossValidationSession } from './crossValidationSession'
import { runSeriesProgram } from './seriesProgram'

/** The cross-validating process: trains one member for each fold. */
runSeriesProgram(crossValidationSession)
