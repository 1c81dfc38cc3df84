import { formatFileTime, uac } from '#directory'
import type { Field } from './seed.ts'

const YEARS = 5
const later = new Date(Date.now() + YEARS * 365.25 * 86_400_000)
const justBefore = (days: number) => formatFileTime(new Date(later.getTime() - days * 86_400_000))

/**
 * What comes with age: Samba sets the times of passwords itself, so it is the clock of the rules that moves. Nobody touches
 * this domain for years; going back to now is the repair.
 */
export default {
  title: 'five years later',
  later,
  seeds: {
    async 'dc-password-old'(g) {
      await g.set(g.controller, { lastLogonTimestamp: justBefore(3) })
      return g.controller
    },
    'krb-krbtgt-password-old': async (g) => g.builtIn('krbtgt'),
    'priv-builtin-admin': async (g) => g.administrator,
    'priv-password-older-than-3-years': async (g) => g.administrator,
    async 'priv-service-account-domain-admin'(g) {
      const service = await g.user('svc-backup')
      await g.join(service, g.builtIn('Domain Admins'))
      await g.set(service, {
        servicePrincipalName: 'backup/tape',
        userAccountControl: uac.normalAccount | uac.passwordNeverExpires | uac.notDelegated,
        lastLogonTimestamp: justBefore(3),
      })
      return {
        on: service,
        alsoCauses: {
          'krb-kerberoast-admin': service,
          'svc-user-spn': service,
          'priv-password-older-than-3-years': service,
          'priv-weak-password-policy': service,
        },
        because: 'it is an administrator that serves something, with a password of five years ago',
      }
    },
    async 'pwd-smartcard-hash-static'(g) {
      const card = await g.user('card', { lastLogonTimestamp: justBefore(3) })
      await g.set(card, { userAccountControl: uac.normalAccount | uac.smartcardRequired })
      return card
    },
    async 'stale-users-dormant'(g) {
      const dormant = await g.user('dormant')
      return [dormant, g.builtIn('reader'), g.administrator]
    },
  },
} satisfies Field
