import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { syncAccounts } from '../../hybrid.ts'
import { serverTakeoverOf } from '../../takeover.ts'

export default defineExposure({
  id: 'entra-sync-server-exposed',
  category: 'entra-hybrid',
  severity: 'high',
  title: 'A synchronisation server is not treated as Tier Zero',
  why: 'The server keeps the secrets of the account that synchronises with Entra ID. Whoever administers the server has them.',
  fix: 'Treat the server as Tier Zero, and take administrators of lower tiers off it.',
  attack: ['T1556.007', 'T1003.004'],
  refs: {
    spec: ['MS-ADTS 5.1.3.3'],
    purpleKnight: ['AAD_PrivilegedOnPremiseSyncedToAAD'],
    bloodhound: ['AdminTo'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['sAMAccountName', 'description', 'dNSHostName'],
  looksAt: ['user', 'managedAccount', 'computer'],

  *checkForest(forest) {
    const { snapshot } = forest
    const accounts = syncAccounts(forest)
    const sync = new Set(accounts.map(({ id }) => snapshot.sid(id)))
    const told = new Set<number>()
    for (const { id, hostName, host } of accounts) {
      if (host === undefined) {
        if (hostName !== undefined) {
          yield {
            gap: `${snapshot.name(id)} says it runs on ${hostName}, of which no computer account was read.`,
          }
        }
        continue
      }
      if (told.has(host)) continue
      told.add(host)
      const hit = outsiderHit(forest, host, serverTakeoverOf(forest, host), {
        except: (sid) => sync.has(sid),
      })
      if (hit !== undefined)
        yield { on: host, ...hit, evidence: { ...hit.evidence, syncAccount: snapshot.dn(id) } }
    }
  },
})
