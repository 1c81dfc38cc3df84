import {
  type Ace,
  type ObjectId,
  aceFlags,
  isAllow,
  mapGenericRights,
  right,
  wellKnownSid,
} from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { wellKnownPlace } from '../../places.ts'
import { judgeProbes } from '../../probes.ts'

export default defineExposure({
  id: 'ldap-anonymous-read',
  category: 'ldap',
  severity: 'high',
  title: 'Anonymous clients can read directory objects',
  why: 'Whoever reaches a controller lists accounts and groups without any account of their own.',
  fix: 'Switch anonymous operations off (dSHeuristics) and remove the permissions of Anonymous Logon and Everyone.',
  attack: ['T1087.002', 'T1069.002'],
  refs: { spec: ['MS-ADTS 5.1.3', 'MS-ADTS 6.1.1.2.4.1.2'], purpleKnight: ['AnonAccessonAD'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  // Permissions alone decide in part.
  alsoNeeds: ['ldap-probe'],
  reads: ['wellKnownObjects'],
  looksAt: ['domain', 'container', 'organizationalUnit'],

  *checkForest(forest) {
    const { snapshot } = forest
    yield* judgeProbes(
      forest,
      'An anonymous search',
      ({ anonymousRead }) => anonymousRead,
      (server) => ({
        says: `${server} let an anonymous caller read directory objects`,
        evidence: { server, anonymousRead: true },
      }),
    )
    for (const { id, tellsEveryone } of places(forest)) {
      for (const { name, sid, rights } of readers(forest, id, tellsEveryone)) {
        yield {
          on: id,
          says: `${name} can ${rights.join(', ')} on ${snapshot.name(id)}`,
          evidence: { sid, rights },
          severity: 'medium',
        }
      }
    }
  },
})

interface Reader {
  readonly name: string
  readonly sid: string
  readonly rights: readonly string[]
}

/** Who of Anonymous Logon and Everyone may read the object, or what lies below it. */
function readers(forest: Forest, id: ObjectId, tellsEveryone: boolean): Reader[] {
  const { access, snapshot } = forest
  const properties = access.reads('description')
  const operations = [access.listsChildren, access.readsDescriptor, properties]
  const here = forest.outsiders(id, operations).flatMap(({ sid, name, can }): Reader[] => {
    if (!anonymous.has(sid)) return []
    const rights = can
      .map(({ operation }) => operation)
      .filter(
        (operation) => operation !== properties || !tellsEveryone || sid !== wellKnownSid.everyone,
      )
    return rights.length === 0 ? [] : [{ sid, name, rights: rights.map(({ words }) => words) }]
  })
  const known = new Set(here.map(({ sid }) => sid))
  const handedDown = (snapshot.value(id, 'nTSecurityDescriptor')?.dacl ?? []).filter(
    (ace) => isHandedDown(ace) && !known.has(ace.sid),
  )
  return [
    ...here,
    ...[...new Set(handedDown.map(({ sid }) => sid))].map((sid) => ({
      sid,
      name: forest.nameOf(sid),
      rights: ['read what lies below'],
    })),
  ]
}

const anonymous: ReadonlySet<string> = new Set([wellKnownSid.anonymous, wellKnownSid.everyone])
const reading = right.readProperty | right.listContents | right.readControl

/** Whether an ACE, set here, lets anonymous callers read objects below but not this one. */
function isHandedDown({ type, flags, sid, mask }: Ace): boolean {
  const isOwn = (flags & aceFlags.inheritOnly) !== 0 && (flags & aceFlags.inherited) === 0
  return isOwn && isAllow(type) && anonymous.has(sid) && (mapGenericRights(mask) & reading) !== 0
}

/**
 * Heads of naming contexts, the containers for users, and every organizational unit. Everyone reads the properties of the heads
 * of domains and of the zones of DNS by default, which tells the password policy.
 */
function places(forest: Forest): { id: ObjectId; tellsEveryone: boolean }[] {
  const { snapshot } = forest
  const { configurationDn, schemaDn } = snapshot
  const heads = new Set([
    ...snapshot.domains.map(({ head }) => head),
    ...snapshot.namingContexts.flatMap((dn) => snapshot.byDn(dn) ?? []),
  ])
  const closed = [configurationDn, schemaDn].map((dn) => dn && snapshot.byDn(dn))
  const users = snapshot.domains
    .map((domain) => wellKnownPlace(forest, domain, 'users'))
    .filter((id) => id !== undefined)
  return [
    ...[...heads].map((id) => ({ id, tellsEveryone: !closed.includes(id) })),
    ...[...new Set([...users, ...snapshot.ofKind('organizationalUnit')])].map((id) => ({
      id,
      tellsEveryone: false,
    })),
  ]
}
