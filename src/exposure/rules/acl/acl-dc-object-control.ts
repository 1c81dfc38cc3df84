import type { ObjectId } from '#directory'
import { outsiderHit } from '../../control.ts'
import { isControllerAccount } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { below } from '../../places.ts'
import { readOnlyDelegate } from '../../takeover.ts'

export default defineExposure({
  id: 'acl-dc-object-control',
  category: 'acl',
  severity: 'critical',
  title: "Somebody outside Tier Zero controls a domain controller's account",
  why: "Whoever can rewrite a domain controller's account can act as anybody towards it, add a key to sign in as it, or take its name, and then has the secrets of the domain.",
  fix: 'Reset the permissions of the account to the class default and set again only what is needed.',
  attack: ['T1098', 'T1207'],
  refs: {
    spec: ['MS-ADTS 5.1.3.3'],
    anssi: ['vuln1_permissions_dc', 'vuln2_permissions_dc'],
    bloodhound: ['GenericAll', 'AddAllowedToAct', 'AddKeyCredentialLink', 'WriteSPN'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['userAccountControl', 'managedBy'],
  looksAt: ['computer'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const { control, usesAllExtendedRights } = access
    const operations = [
      ...control,
      usesAllExtendedRights,
      ...[
        'msDS-AllowedToActOnBehalfOfOtherIdentity',
        'msDS-KeyCredentialLink',
        'servicePrincipalName',
        'userAccountControl',
        'dNSHostName',
      ].map((name) => access.writes(name)),
    ]
    for (const controller of snapshot.ofKind('computer')) {
      if (!isControllerAccount(forest, controller)) continue
      const own = snapshot.sid(controller)
      const delegate = readOnlyDelegate(forest, controller)
      const except = (sid: string) => sid === own || sid === delegate
      const account = outsiderHit(forest, controller, operations, { except })
      if (account !== undefined) yield { on: controller, ...account }
      const known = new Set(forest.outsiders(controller, operations, except).map(({ sid }) => sid))
      for (const child of replicationObjects(forest, controller)) {
        const hit = outsiderHit(forest, child, control, {
          except: (sid) => except(sid) || known.has(sid),
        })
        if (hit !== undefined) yield { on: child, ...hit }
      }
    }
  },
})

/** What is below a controller's account that tells it what to replicate. */
function* replicationObjects(forest: Forest, controller: ObjectId): Generator<ObjectId> {
  const { snapshot } = forest
  for (const child of snapshot.children(controller)) {
    if (snapshot.isA(child, 'nTFRSSubscriptions') || snapshot.isA(child, 'msDFSR-LocalSettings'))
      yield* below(forest, child)
  }
}
