import type { Command } from '../define.ts'
import assess from './assess.ts'
import collect from './collect.ts'
import doctor from './doctor.ts'
import explain from './explain.ts'
import replica from './replica.ts'
import report from './report.ts'
import sample from './sample.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  assess,
  collect,
  report,
  explain,
  doctor,
  sample,
  replica,
]
