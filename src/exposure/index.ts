export {
  type Assessment,
  type AssessProgress,
  type Exposed,
  type Finding,
  assess,
  assessInSteps,
} from './assess.ts'
export { catalogue } from './catalogue.ts'
export {
  type Category,
  type Evidence,
  type Exposure,
  type Severity,
  categories,
  severities,
} from './define.ts'
export type { Forest } from './forest.ts'
export { passwordReaders } from './managed-accounts.ts'
