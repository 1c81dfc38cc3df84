import type { LdifLimits } from './ldif.ts'

/** How far a collection is. */
export interface Progress {
  /** What is being done. */
  readonly phase: 'connect' | 'read' | 'probe' | 'check'
  /** The file, naming context or server it is done on. */
  readonly where: string
  /** Objects read so far, over all. */
  readonly objects: number
  /** Objects a second, over the last moments. */
  readonly perSecond: number
}

/** The account to read a domain controller with. */
export interface Account {
  /** A UPN, a DN or `DOMAIN\name`. */
  readonly name: string
  /** Asked for once, when it is needed. UTF-8; the octets are overwritten when the collection ends. */
  readonly password: () => Uint8Array | Promise<Uint8Array>
}

/** How to collect. Everything may be left out for a file. */
export interface CollectOptions {
  /** Needed for a domain controller. */
  readonly account?: Account
  /** PEM file of the authorities to trust, instead of those of the system. */
  readonly caFile?: string
  /** SHA-256 of the certificate of the server that the source names, in hex: this very certificate is trusted there. */
  readonly fingerprint?: string
  /** Lets `ldap://` do without TLS: everyone on the way can then read the password and change what is read. */
  readonly allowPlaintext?: boolean
  /** Where hosts are that DNS does not know: an address, with `:port` where it is not the usual one. */
  readonly addresses?: Readonly<Record<string, string>>
  /** DNS names of further domain trees of the forest, whose controllers may be asked with the same account. */
  readonly furtherTrees?: readonly string[]
  /** Attributes to ask for. Default: all that the program knows how to use. Secrets are left out whatever is given. */
  readonly attributes?: readonly string[]
  /** Whether to ask each domain controller how it is set up. Default true. */
  readonly probe?: boolean
  /** Stops the work: nothing is left behind, and the error's code is `interrupted`. */
  readonly signal?: AbortSignal
  /** Called a few times a second at most. */
  readonly onProgress?: (progress: Progress) => void
  /** Bounds for hostile or broken input. */
  readonly limits?: Partial<Limits>
  /** Bounds for slow or silent servers. */
  readonly timeouts?: Partial<Timeouts>
}

/** Bounds for hostile or broken input. */
export interface Limits extends LdifLimits {
  /** Objects in all. */
  readonly objects: number
  /** Bytes of memory that this process may come to use. */
  readonly memoryBytes: number
  /** Bytes of one LDAP message. */
  readonly messageBytes: number
}

/** Bounds for slow or silent servers, in milliseconds. */
export interface Timeouts {
  /** Name look-up, connection and TLS. */
  readonly connectMs: number
  /** Silence while an answer is awaited. */
  readonly idleMs: number
  /** All of one page of results. */
  readonly pageMs: number
  /** All of the collection. */
  readonly totalMs: number
  /** Each try of a probe. */
  readonly probeMs: number
  /** Waits before a failed reading is tried again, once for each. */
  readonly retryMs: readonly number[]
}

/** Bounds that honest servers stay within by far. */
export const defaultTimeouts: Timeouts = {
  connectMs: 10_000,
  idleMs: 60_000,
  pageMs: 300_000,
  totalMs: 6 * 3600_000,
  probeMs: 5000,
  retryMs: [500, 3000],
}
