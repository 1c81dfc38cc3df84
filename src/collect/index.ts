export { collect } from './collect.ts'
export { parseLdapUrl, placeOf } from './connector.ts'
export {
  CollectError,
  type CollectErrorCode,
  type CollectErrorFamily,
  type ShownCertificate,
} from './error.ts'
export type { Account, CollectOptions, Limits, Progress } from './options.ts'
export { writeSnapshotFile } from './glacis-file.ts'
