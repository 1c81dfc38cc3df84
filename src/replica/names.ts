import { dsHeuristic, heuristic, nameOfDn } from '#directory'
import type { Filter } from '#ldap'
import type { Catalog } from './catalog.ts'
import { octetsOf, textOf } from './values.ts'

/**
 * What a search for an ambiguous name stands for: all attributes that name people, and first and last name either way round
 * (MS-ADTS 3.1.1.3.1.3.4). Nothing when it cannot be one.
 */
export function ambiguousName(filter: Filter, catalog: Catalog): Filter | undefined {
  const asked = askedName(filter)
  if (asked === undefined) return undefined
  const isExact = asked.startsWith('=')
  const name = (isExact ? asked.slice(1) : asked).trim()
  if (name === '') return undefined
  const one = (attribute: string, text: string): Filter =>
    isExact
      ? { kind: 'equalityMatch', attribute, value: octetsOf(text) }
      : { kind: 'substrings', attribute, initial: octetsOf(text), any: [] }
  const filters = catalog.types.anr.map(({ name: attribute, key }): Filter => {
    if (key !== 'legacyexchangedn') return one(attribute, name)
    return { kind: 'equalityMatch', attribute, value: octetsOf(name) }
  })
  const space = name.indexOf(' ')
  if (space > 0) {
    const first = name.slice(0, space)
    const last = name.slice(space).trim()
    const heuristics = dsHeuristicsOf(catalog)
    const both = (given: string, family: string): Filter => ({
      kind: 'and',
      filters: [one('givenName', given), one('sn', family)],
    })
    if (heuristic(heuristics, dsHeuristic.fSupFirstLastANR) === '0') filters.push(both(first, last))
    if (heuristic(heuristics, dsHeuristic.fSupLastFirstANR) === '0') filters.push(both(last, first))
  }
  return { kind: 'or', filters }
}

function askedName(filter: Filter): string | undefined {
  if (filter.kind === 'equalityMatch' || filter.kind === 'approxMatch') return textOf(filter.value)
  if (filter.kind !== 'substrings' || filter.initial === undefined) return undefined
  return filter.any.length === 0 && filter.final === undefined ? textOf(filter.initial) : undefined
}

function dsHeuristicsOf({ snapshot }: Catalog): string | undefined {
  const { configurationDn } = snapshot
  if (configurationDn === undefined) return undefined
  const id = snapshot.byDn(`CN=Directory Service,CN=Windows NT,CN=Services,${configurationDn}`)
  return id === undefined ? undefined : snapshot.value(id, 'dSHeuristics')
}

/**
 * The DN that a class name stands for in `objectCategory=person`: the class's defaultObjectCategory (MS-ADTS
 * 3.1.1.3.1.3.5). Without a schema, the DN that its name would have there.
 */
export function categoryDn(asked: Uint8Array, catalog: Catalog): Uint8Array {
  const word = textOf(asked)
  if (/[=<]/.test(word)) return asked
  const name = catalog.nameOf(word)?.toLowerCase() ?? word.toLowerCase()
  const byClass = categories(catalog)
  return byClass.get(name) ?? byClass.get(withoutSchema[name] ?? name) ?? asked
}

/** Classes whose objects are of another class's category. */
const withoutSchema: Readonly<Record<string, string>> = {
  user: 'person',
  contact: 'person',
  inetorgperson: 'person',
  organizationalperson: 'person',
}

const known = new WeakMap<Catalog, ReadonlyMap<string, Uint8Array>>()

/**
 * Categories by class name: those of the schema, else those that objects have, of the class that their RDN makes:
 * `CN=Domain-DNS` is of `domainDNS`.
 */
function categories(catalog: Catalog): ReadonlyMap<string, Uint8Array> {
  const { snapshot } = catalog
  const kept = known.get(catalog)
  if (kept !== undefined) return kept
  const found = new Map<string, Uint8Array>()
  const seen = new Set<number>()
  const withCategory = catalog.types.areWhole ? [] : snapshot.having('objectCategory')
  for (const id of withCategory) {
    const list = snapshot.valueId(id, 'objectCategory')
    if (seen.has(list)) continue
    seen.add(list)
    const dn = snapshot.value(id, 'objectCategory') ?? ''
    found.set(nameOfDn(dn).replaceAll('-', '').toLowerCase(), octetsOf(dn))
  }
  for (const id of snapshot.ofClass('classSchema')) {
    const name = snapshot.value(id, 'lDAPDisplayName')
    const [category] = snapshot.raw(id, 'defaultObjectCategory')
    if (name !== undefined && category !== undefined) found.set(name.toLowerCase(), category)
  }
  known.set(catalog, found)
  return found
}
