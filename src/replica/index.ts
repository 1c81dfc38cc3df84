export { type Account, hashPassword } from './accounts.ts'
export { ReplicaError, type ReplicaErrorCode } from './error.ts'
export { openReplica, type Replica, type ReplicaLimits, type ReplicaOptions } from './server.ts'
