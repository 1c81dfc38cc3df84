import {
  crossRefFlags,
  DirectoryError,
  dnKey,
  dnsNameOfDn,
  formatDn,
  isBelow,
  type ObjectId,
  parseDn,
} from '#directory'
import type { LdapResult } from '#ldap'
import { badName, elsewhere, noSuchObject } from './answers.ts'
import type { Catalog } from './catalog.ts'

/** One part of the forest's tree, held here or not (MS-ADTS 3.1.1.1.5). */
export interface NamingContext {
  readonly dn: string
  /** DNS name of where to ask for it: dnsRoot of its crossRef, else what its name says. */
  readonly host: string
  readonly isHeld: boolean
}

/** The object a name means, or the answer when there is none here. Names come in all of Active Directory's forms. */
export function findBase(
  name: string,
  catalog: Catalog,
  isEncrypted: boolean,
): ObjectId | LdapResult {
  if (name.length > maxNameLength) return badName(name)
  let dn: string
  try {
    dn = catalog.plainDn(name)
  } catch (error) {
    if (error instanceof DirectoryError) return badName(name)
    throw error
  }
  if (dn === '') return noSuchObject('')
  const id = catalog.snapshot.byDn(dn)
  return id ?? missing(dn, catalog, isEncrypted)
}

/** Nothing has a name so long: Active Directory takes 255 characters for each part of it, and trees are not that deep. */
export const maxNameLength = 32_768

/** Naming contexts directly below a name that is in another one: where a search below the name has to be continued. */
export function subordinateContexts(base: string, catalog: Catalog): NamingContext[] {
  const all = namingContexts(catalog)
  const below = all.filter(({ dn }) => isBelow(dn, base))
  return below.filter(({ dn }) => !below.some((other) => other.dn !== dn && isBelow(dn, other.dn)))
}

/** Every naming context of the forest that is known of. */
function namingContexts({ snapshot }: Catalog): NamingContext[] {
  const found = new Map<string, NamingContext>()
  for (const id of snapshot.ofClass('crossRef')) {
    const dn = snapshot.value(id, 'nCName')
    const flags = snapshot.value(id, 'systemFlags') ?? crossRefFlags.ntdsNamingContext
    // A crossRef without this bit points out of the forest.
    if (dn === undefined || dn === '' || (flags & crossRefFlags.ntdsNamingContext) === 0) continue
    const host = snapshot.value(id, 'dnsRoot')[0] ?? hostOf(dn)
    found.set(dnKey(dn), { dn, host, isHeld: snapshot.byDn(dn) !== undefined })
  }
  for (const dn of snapshot.namingContexts) {
    if (!found.has(dnKey(dn))) found.set(dnKey(dn), { dn, host: hostOf(dn), isHeld: true })
  }
  return [...found.values()]
}

function missing(dn: string, catalog: Catalog, isEncrypted: boolean): LdapResult {
  const best = deepestAncestor(dn, catalog)
  const context = namingContexts(catalog)
    .filter((one) => dnKey(one.dn) === dnKey(dn) || isBelow(dn, one.dn))
    .toSorted((a, b) => b.dn.length - a.dn.length)[0]
  if (context?.isHeld === true) return noSuchObject(best)
  if (context !== undefined) return elsewhere(context.host, dn, isEncrypted)
  const host = hostOf(dn)
  return host === '' || best !== '' ? noSuchObject(best) : elsewhere(host, dn, isEncrypted)
}

function deepestAncestor(dn: string, { snapshot }: Catalog): string {
  const names = parseDn(dn)
  // Nothing in a directory lies as deep as a hostile name may pretend to.
  for (let up = Math.max(1, names.length - 64); up < names.length; up++) {
    const id = snapshot.byDn(formatDn(names.slice(up)))
    if (id !== undefined) return snapshot.dn(id)
  }
  return ''
}

function hostOf(dn: string): string {
  try {
    return dnsNameOfDn(dn).toLowerCase()
  } catch {
    return ''
  }
}
