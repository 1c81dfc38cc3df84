import type { Planter } from '../plant.ts'
import { clerk } from './places.ts'

/** What accounts carry from elsewhere, or pretend to be. */
export const accounts: Readonly<Record<string, Planter>> = {
  'acct-name-impersonation'(f) {
    return { on: [clerk(f, 'dc1')] }
  },
  'acct-machine-account-quota'(f) {
    f.set(f.head, { 'ms-DS-MachineAccountQuota': 10 })
    return { on: [f.head] }
  },
  'acct-sidhistory-privileged'(f) {
    return { on: [clerk(f, 'm.rossi-old', { sIDHistory: [`${f.sid}-1999`] })] }
  },
}
