import { encryptionTypes, uac } from '#directory'
import type { Planter } from '../plant.ts'
import { admin, clerk } from './places.ts'

const enabled = uac.normalAccount

/** Tickets and keys that can be guessed or misused. */
export const kerberos: Readonly<Record<string, Planter>> = {
  'krb-asrep-admin'(f) {
    return {
      on: [
        admin(f, 'adm-unix', {
          userAccountControl: enabled | uac.notDelegated | uac.preauthNotRequired,
        }),
      ],
    }
  },
  'krb-asrep-user'(f) {
    return {
      on: [clerk(f, 'linux.kiosk', { userAccountControl: enabled | uac.preauthNotRequired })],
    }
  },
  'krb-dc-weak-etypes'(f) {
    return {
      on: [f.controller('DC-OLDKEYS', { 'msDS-SupportedEncryptionTypes': encryptionTypes.rc4 })],
    }
  },
  'krb-des-enabled'(f) {
    return { on: [clerk(f, 'old.java', { userAccountControl: enabled | uac.useDesKeyOnly })] }
  },
  'krb-kerberoast-admin'(f) {
    const account = admin(f, 'adm-sql', {
      servicePrincipalName: 'MSSQLSvc/sql01.meridian.example:1433',
    })
    return { on: [account], alsoCauses: { 'svc-user-spn': [account] } }
  },
  'krb-krbtgt-password-old'(f) {
    f.set(f.krbtgt, { pwdLastSet: f.daysAgo(1600) })
    return { on: [f.krbtgt] }
  },
  'krb-shadow-credentials-present'(f) {
    const account = admin(f, 'adm-keyed')
    f.set(account, {
      'msDS-KeyCredentialLink': `B:${keyCredential.length}:${keyCredential}:${account.dn}`,
    })
    return { on: [account] }
  },
}

/**
 * A key credential in hex: version 2, then fields of u16 length, u8 kind and value; here a key ID, a usage of sign-in and a
 * source in the directory (MS-ADTS 2.2.20).
 */
const keyCredential = ['00020000', `200001${'5A'.repeat(32)}`, '01000401', '01000500'].join('')
