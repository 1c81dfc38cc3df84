import { searchFlags } from '#directory'
import type { Planter } from '../plant.ts'
import { clerk, ou, server } from './places.ts'

/** Passwords of local administrators. */
export const laps: Readonly<Record<string, Planter>> = {
  'laps-not-deployed'(f) {
    f.strip('msLAPS-PasswordExpirationTime')
    f.strip('ms-Mcs-AdmPwdExpirationTime')
    server(f, 'UNMANAGED01')
    return { on: [f.head] }
  },
  'laps-readers'(f) {
    const branch = f.ou('Branch Machines')
    f.computer('BR-01', { in: branch })
    const support = f.group('Branch Support', {
      in: ou(f, 'Groups'),
      members: [clerk(f, 'br.support')],
    })
    f.grant(support, branch, 'RPCR', 'msLAPS-Password', { onlyTo: 'computer' })
    return { on: [branch] }
  },
  'laps-searchflags-weak'(f) {
    const attribute = f.at(`CN=msLAPS-EncryptedPassword,${f.schemaDn}`)
    f.set(attribute, { searchFlags: searchFlags.confidential | searchFlags.neverAudit })
    return { on: [attribute] }
  },
}
