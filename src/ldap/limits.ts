/** Bounds on one message, so that no peer can make us take memory or time out of proportion. */
export interface MessageLimits {
  /** Elements inside elements. Samba stops at the same depth, OpenLDAP at 1,000. */
  readonly depth: number
  /** Elements looked at in all; 0 for "as many as the message has bytes", which always suffices. */
  readonly steps: number
  /** Filters in a search, counting `and`, `or` and `not`, and of substrings the middle pieces after the first. */
  readonly filterNodes: number
  /** Controls on a message. */
  readonly controls: number
  /** Attributes asked for, added, returned or changed; referral URIs. */
  readonly attributes: number
  /** Values of all attributes of a message together. */
  readonly values: number
}

/** Bounds that honest peers stay within by far. */
export const defaultLimits: MessageLimits = {
  depth: 512,
  steps: 0,
  filterNodes: 16_384,
  controls: 64,
  attributes: 10_000,
  values: 1_000_000,
}

/** Bounds on the size of a whole LDAPMessage in bytes, as Samba sets them. */
export const pduSize = {
  /** Before anyone has signed in. */
  beforeBind: 256_000,
  /** Afterwards, and for answers from a directory. */
  afterBind: 16 * 1024 * 1024,
} as const
