import { defineExposure } from '../../define.ts'
import { isKeptWithTierZero, syncAccounts } from '../../hybrid.ts'

export default defineExposure({
  id: 'entra-sync-account-dcsync',
  category: 'entra-hybrid',
  severity: 'high',
  title: 'A synchronisation account is not kept as Tier Zero',
  why: 'The account that synchronises passwords with Entra ID can read every password hash of the domain. Whoever gets it, or the server it runs on, has both the domain and the cloud.',
  fix: 'Move the account and its server to Tier Zero. Take the replication rights away where password hashes are not synchronised.',
  attack: ['T1003.006', 'T1556.007'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2.1'],
    anssi: ['vuln1_permissions_naming_context'],
    purpleKnight: ['AAD_PasswordHashSync'],
    bloodhound: ['SyncedToEntraUser', 'DCSync'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['sAMAccountName', 'description', 'adminCount'],
  looksAt: ['user', 'managedAccount'],

  *checkForest(forest) {
    const { snapshot, tierZero } = forest
    for (const { id, hostName, host, replicatesSecrets } of syncAccounts(forest)) {
      const faults = []
      if (!tierZero.hasObject(id) && !isKeptWithTierZero(forest, id))
        faults.push('is kept among ordinary accounts')
      if (host !== undefined && !tierZero.hasObject(host) && !isKeptWithTierZero(forest, host)) {
        faults.push(`runs on ${snapshot.name(host)}, which is kept among ordinary computers`)
      }
      if (faults.length === 0) continue
      const does = replicatesSecrets
        ? 'can replicate every secret of its domain and'
        : 'synchronises with Entra ID and'
      yield {
        on: id,
        says: `${snapshot.name(id)} ${does} ${faults.join(' and ')}`,
        evidence: {
          description: snapshot.value(id, 'description'),
          replicatesSecrets,
          adminCount: snapshot.value(id, 'adminCount') ?? null,
          host: host === undefined ? (hostName ?? null) : snapshot.dn(host),
        },
        severity: replicatesSecrets ? 'high' : 'medium',
      }
    }
  },
})
