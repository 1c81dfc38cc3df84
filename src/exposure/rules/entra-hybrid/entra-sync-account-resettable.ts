import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { syncAccounts } from '../../hybrid.ts'
import { takeoverOf } from '../../takeover.ts'

export default defineExposure({
  id: 'entra-sync-account-resettable',
  category: 'entra-hybrid',
  severity: 'critical',
  title: 'A synchronisation account can be taken over',
  why: 'Resetting the password of the account that synchronises with Entra ID, or adding a key to it, opens every password hash of the domain and the tenant behind it.',
  fix: 'Move the account to a unit of Tier Zero with protected permissions, and take help-desk delegations off it.',
  attack: ['T1098', 'T1556.007'],
  refs: {
    spec: ['MS-ADTS 5.1.3.3'],
    purpleKnight: ['AAD_GetResetAADSyncUsers'],
    bloodhound: ['ForceChangePassword', 'SyncedToEntraUser'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['sAMAccountName', 'description'],
  looksAt: ['user', 'managedAccount'],

  *checkForest(forest) {
    const sync = new Set(syncAccounts(forest).map(({ id }) => forest.snapshot.sid(id)))
    for (const { id } of syncAccounts(forest)) {
      const hit = outsiderHit(forest, id, takeoverOf(forest, id), {
        except: (sid) => sync.has(sid),
      })
      if (hit !== undefined) yield { on: id, ...hit }
    }
  },
})
