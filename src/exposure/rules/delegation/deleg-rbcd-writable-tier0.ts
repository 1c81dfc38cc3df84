import { rid, ridOfSid } from '#directory'
import { outsiderHit } from '../../control.ts'
import { isControllerAccount } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import { readOnlyDelegate } from '../../takeover.ts'

export default defineExposure({
  id: 'deleg-rbcd-writable-tier0',
  category: 'delegation',
  severity: 'critical',
  title: 'Somebody outside Tier Zero can say who may act for others on a domain controller',
  why: "One write of the attribute, and a computer of the intruder's choice may act as any administrator towards the domain controller or krbtgt.",
  fix: 'Remove the entry, and make Domain Admins the owner of the object.',
  attack: ['T1558', 'T1098', 'T1558.001'],
  refs: {
    spec: ['MS-SFU 3.2.5.2', 'MS-ADTS 3.1.1.2.3.3'],
    anssi: ['vuln1_permissions_dc'],
    purpleKnight: ['RBCDWriteOnDC', 'RBCDWriteOnkrbtgt'],
    bloodhound: ['AddAllowedToAct', 'WriteAccountRestrictions'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: ['user', 'computer'],
  reads: ['objectSid', 'managedBy'],

  check({ id, objectSid }, forest) {
    if (ridOfSid(objectSid) !== rid.krbtgt && !isControllerAccount(forest, id)) return
    const delegate = readOnlyDelegate(forest, id)
    return outsiderHit(
      forest,
      id,
      [forest.access.writes('msDS-AllowedToActOnBehalfOfOtherIdentity')],
      {
        except: (sid) => sid === delegate,
      },
    )
  },
})
