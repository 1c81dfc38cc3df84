export { type Account, hashPassword } from './accounts.ts'
export type { ReplicaLimits } from './connection.ts'
export { ReplicaError, type ReplicaErrorCode } from './error.ts'
export { openReplica, type Replica, type ReplicaOptions } from './server.ts'
