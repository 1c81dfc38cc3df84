import { LdapError } from '#ldap'

/** Ends of a search that leave standing what was found until then. */
const earlyEnds = new Set<unknown>(['sizeLimitExceeded', 'timeLimitExceeded', 'adminLimitExceeded'])

/** Refusals that another controller, or this one a little later, may not give. */
const passing = new Set<unknown>([
  'busy',
  'unavailable',
  'unwillingToPerform',
  'operationsError',
  'other',
  // What AD says to the cookie of a page that it no longer knows.
  'unavailableCriticalExtension',
])

/** Whether a search ended before its end, so that what it had found until then stands. */
export function endedEarly(error: unknown): error is LdapError {
  return error instanceof LdapError && earlyEnds.has(error.resultCode)
}

/** Whether a server cannot do now what it, or another one, may do a moment later. */
export function isBusy(error: unknown): boolean {
  return error instanceof LdapError && passing.has(error.resultCode)
}

/**
 * Throws unless it is the server's answer that something is not there or not for us to see, which is no reason to stop: what
 * follows from it is told as a gap.
 */
export function throwUnlessUnseen(error: unknown): void {
  if (!(error instanceof LdapError) || error.code !== 'result' || isBusy(error)) throw error
}
