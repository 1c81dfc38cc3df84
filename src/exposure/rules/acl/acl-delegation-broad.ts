import type { Ace, Kind, ObjectId, Operation } from '#directory'
import { aceEvidence, harmfulRights, passedOn, sayAces } from '../../aces.ts'
import { defineExposure } from '../../define.ts'
import { delegationHits, delegations, together } from '../../delegations.ts'
import type { Forest } from '../../forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-delegation-broad',
  category: 'acl',
  severity: 'high',
  title: 'Nearly everybody was given write access',
  why: 'What Everyone, Authenticated Users or Domain Users may do, any single stolen account may do. With write access they take over accounts, groups or whole units.',
  fix: 'Remove the entry at the object where it was set.',
  attack: ['T1098', 'T1222.001'],
  refs: {
    spec: ['MS-ADTS 5.1.3.3', 'MS-DTYP 2.4.2.4'],
    pingcastle: ['P-DelegationEveryone'],
    anssi: ['vuln1_privileged_members_perm'],
    purpleKnight: ['UnprivilegedOwner'],
    bloodhound: ['GenericAll', 'WriteDacl', 'WriteOwner'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: [
    'domain',
    'organizationalUnit',
    'container',
    'policy',
    'user',
    'group',
    'computer',
    'managedAccount',
  ],

  *checkForest(forest) {
    const asked = questions(forest)
    const places = together(
      asked.flatMap(([kinds, operations]) =>
        delegations(forest, { of: { kinds }, operations, accepts: ({ isBroad }) => isBroad }),
      ),
    )
    yield* delegationHits(forest, places, 'object')
    const told = new Map(
      places.map(({ on, delegates }) => [on, new Set(delegates.map(({ sid }) => sid))]),
    )
    const isAskedFor = (ace: Ace) =>
      asked.some(([, operations]) => operations.some((operation) => gives(ace, operation)))
    yield* forHeirs(forest, (id, ace) => isAskedFor(ace) && told.get(id)?.has(ace.sid) !== true)
  },
})

/** What must not be given to nearly everybody, by the kinds of objects. */
function questions({
  access,
}: Forest): (readonly [readonly Kind[], readonly (Operation | undefined)[]])[] {
  const { control, deletes, deletesTree, usesAllExtendedRights } = access
  const writes = (...names: readonly string[]) => names.map((name) => access.writes(name))
  const account = [
    ...control,
    deletes,
    deletesTree,
    access.createsChild(),
    access.deletesChild(),
    usesAllExtendedRights,
    access.extendedRight('User-Force-Change-Password'),
    ...writes(
      'msDS-KeyCredentialLink',
      'servicePrincipalName',
      'userAccountControl',
      'msDS-AllowedToDelegateTo',
    ),
    ...writes('altSecurityIdentities', 'userPrincipalName', 'sIDHistory', 'scriptPath'),
  ]
  return [
    [
      ['domain', 'organizationalUnit', 'container'],
      [
        ...control,
        access.createsChild(),
        access.deletesChild(),
        deletes,
        deletesTree,
        ...writes('gPLink'),
      ],
    ],
    [
      ['policy'],
      [...control, access.createsChild(), deletes, deletesTree, ...writes('gPCFileSysPath')],
    ],
    [['group'], [...control, deletes, deletesTree, ...writes('member')]],
    [['user'], account],
    [
      ['computer'],
      [...account, ...writes('msDS-AllowedToActOnBehalfOfOtherIdentity', 'dNSHostName')],
    ],
    [['managedAccount'], [...account, ...writes('msDS-GroupMSAMembership')]],
  ]
}

/** Whether an ACE alone gives an operation, on objects of some class. */
function gives(ace: Ace, operation: Operation | undefined): boolean {
  if (operation === undefined || (operation.mask & ~harmfulRights(ace)) !== 0) return false
  const { objectType } = ace
  return objectType === undefined || operation.anyType || operation.types.has(objectType)
}

/** Rights that only children inherit, where there is no child yet that has them. */
function* forHeirs(forest: Forest, isNews: (id: ObjectId, ace: Ace) => boolean) {
  const { memberships, snapshot } = forest
  for (const kind of ['domain', 'organizationalUnit', 'container'] as const) {
    for (const on of snapshot.ofKind(kind)) {
      const domain = snapshot.domainOf(on)
      const aces = passedOn(forest, on).filter(
        (ace) => memberships.isBroad(ace.sid, domain) && isNews(on, ace),
      )
      if (aces.length === 0) continue
      yield {
        on,
        says: `Below ${snapshot.name(on)}: ${enumerate(sayAces(forest, aces, domain))}`,
        evidence: { passedOn: aces.map((ace) => aceEvidence(forest, ace, domain)) },
      }
    }
  }
}
