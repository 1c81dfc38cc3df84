import { uac } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk, serviceAccount } from './places.ts'

const enabled = uac.normalAccount

/** Passwords that are stored, written down or not needed. */
export const passwords: Readonly<Record<string, Planter>> = {
  'pwd-in-text-attributes'(f) {
    return {
      on: [
        serviceAccount(f, 'svc-scanner', { description: 'Scan to folder, password: Winter2024!' }),
      ],
    }
  },
  'pwd-min-length'(f) {
    const printers = serviceAccount(f, 'svc-printers')
    const settings = { appliesTo: [printers], 'msDS-MinimumPasswordLength': 6 }
    return { on: [f.passwordSettings('Old devices', settings)] }
  },
  'pwd-not-required'(f) {
    return {
      on: [clerk(f, 'visitor.desk', { userAccountControl: enabled | uac.passwordNotRequired })],
    }
  },
  'pwd-reversible-accounts'(f) {
    return { on: [clerk(f, 'chap.user', { userAccountControl: enabled | uac.reversiblePassword })] }
  },
  'pwd-smartcard-hash-static'(f) {
    const account = clerk(f, 'card.holder', { userAccountControl: enabled | uac.smartcardRequired })
    f.replicated(account, { unicodePwd: f.daysAgo(500) })
    return { on: [account] }
  },
  'pwd-unix-attributes'(f) {
    return { on: [clerk(f, 'nis.user', { unixUserPassword: '{crypt}x' })] }
  },
}
