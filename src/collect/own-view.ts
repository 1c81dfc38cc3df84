import { Access, type Kind, Memberships, type Sid, type Snapshot } from '#directory'
import {
  type Area,
  type CoverageNotes,
  areaOf,
  count,
  kindsByDesign,
  reachOf,
  such,
} from './coverage.ts'

/** Kinds that hold nothing of interest below them. */
const leaves: readonly Kind[] = [
  'user',
  'computer',
  'managedAccount',
  'group',
  'schemaClass',
  'schemaAttribute',
  'dnsNode',
]

/**
 * Notes the containers whose children the reading account may not list (MS-ADTS 5.1.3.2, RIGHT_DS_LIST_CONTENTS), judged
 * on the SIDs in its token: what is in them cannot have been returned. Where the descriptor did not come, no child having
 * come is the sign.
 */
export function noteUnlistable(
  snapshot: Snapshot,
  token: ReadonlySet<Sid>,
  notes: CoverageNotes,
): void {
  if (token.size === 0) return
  const access = new Access(snapshot, new Memberships(snapshot))
  const isContainer = containerClasses(snapshot)
  const isLeaf = new Uint8Array(snapshot.count)
  for (const kind of leaves) for (const id of snapshot.ofKind(kind)) isLeaf[id] = 1
  const groups = new Map<
    string,
    { readonly area: Area; readonly hides: readonly Kind[] | undefined; readonly dns: string[] }
  >()
  for (let id = 0; id < snapshot.count; id++) {
    if (
      isLeaf[id] === 1 ||
      snapshot.children(id).length > 0 ||
      !isContainer(snapshot.value(id, 'objectClass'))
    )
      continue
    const mayList = access
      .holders(id, access.listsChildren)
      .some(
        ({ sid, except }) => token.has(sid) && except?.some((denied) => token.has(denied)) !== true,
      )
    if (mayList) continue
    const dn = snapshot.dn(id)
    const context = snapshot.namingContextOf(id)
    const area = areaOf(snapshot, context)
    if (area === undefined) continue
    const hides = kindsByDesign(dn, context)
    const key = `${area} ${hides?.join() ?? '*'}`
    const group = groups.get(key) ?? { area, hides, dns: [] }
    groups.set(key, group)
    group.dns.push(dn)
  }
  for (const { area, hides, dns } of groups.values()) {
    notes.add(
      area,
      `The reading account may not list ${count(dns.length, 'container')}, ${such(dns)}: what is in there was not seen.`,
      reachOf(hides, hides !== undefined),
    )
  }
}

/** Which objects can have others below them: those of a class that the schema names as a superior. */
function containerClasses(snapshot: Snapshot): (classes: readonly string[]) => boolean {
  const superiors = new Set<string>()
  for (const id of snapshot.ofClass('classSchema')) {
    for (const name of ['possSuperiors', 'systemPossSuperiors'] as const) {
      for (const superior of snapshot.value(id, name)) superiors.add(superior.toLowerCase())
    }
  }
  return (classes) =>
    superiors.size === 0 || classes.some((name) => superiors.has(name.toLowerCase()))
}
