import {
  DirectoryError,
  type ObjectId,
  readSecurityDescriptor,
  type SecurityDescriptor,
  writeGuid,
  writeSecurityDescriptor,
  writeSid,
} from '#directory'
import type { Attribute, ExtendedDnForm, LdapResult, SearchResultEntry } from '#ldap'
import { answers } from './answers.ts'
import { type AttributeType, parseDescription } from './attribute-types.ts'
import { schemaDefinitions } from './aggregate.ts'
import type { Catalog } from './catalog.ts'
import { baseScopeOnly, compute, operational, type ValueList } from './constructed.ts'
import { octetsOf, textOf } from './values.ts'

/** Which attributes a search returns (RFC 4511 §4.5.1.8), read against the schema. */
export interface Selection {
  /** All that are stored and not operational: nothing was named, or `*` was. */
  readonly all: boolean
  readonly named: readonly NamedAttribute[]
}

interface NamedAttribute {
  readonly type: AttributeType
  /** `;binary` is repeated in the answer. */
  readonly isBinary: boolean
  readonly range?: Range
}

/** Part of the values, counted from 0; without an end, as many as the server gives at once (MS-ADTS 3.1.1.3.1.3.3). */
interface Range {
  readonly low: number
  readonly high: number | undefined
}

/** How entries are to be shown. */
export interface EntryForm {
  readonly selection: Selection
  readonly typesOnly: boolean
  readonly isBaseScope: boolean
  readonly extendedDn: ExtendedDnForm | undefined
  /** Bits of the SD flags control; nothing when it was not sent. */
  readonly sdFlags: number | undefined
  /** Whether the caller may see whole security descriptors, SACL included. */
  readonly isPrivileged: boolean
  /** A range that begins behind the last value is empty instead of an error. */
  readonly isRangeForgiving: boolean
}

/** Values of an attribute that an answer holds at most (MaxValRange, MS-ADTS 3.1.1.3.4.6). */
export const maxValues = 1500

/** Reads the attributes a search names. Names that the schema does not have are passed over. */
export function parseSelection(attributes: readonly string[], catalog: Catalog): Selection {
  const named: NamedAttribute[] = []
  const seen = new Set<string>()
  for (const text of attributes) {
    if (text === '+') {
      for (const key of operational) add(key, [])
    } else {
      const { type, options } = parseDescription(text)
      add(type, options)
    }
  }
  return { all: attributes.length === 0 || attributes.includes('*'), named }

  function add(word: string, options: readonly string[]): void {
    const type = catalog.types.find(word)
    const other = options.filter((option) => option !== 'binary' && !option.startsWith('range='))
    if (type === undefined || type.isSecret || other.length > 0 || seen.has(type.key)) return
    const range = parseRange(options.find((option) => option.startsWith('range=')))
    if (range === 'malformed') return
    seen.add(type.key)
    named.push({
      type,
      isBinary: options.includes('binary'),
      ...(range !== undefined && { range }),
    })
  }
}

/**
 * An object as a search shows it. A range that begins behind the last value is refused, which ends the search (MS-ADTS
 * 3.1.1.3.1.3.3).
 */
export function entryOf(
  id: ObjectId,
  catalog: Catalog,
  form: EntryForm,
): SearchResultEntry | LdapResult {
  const { snapshot } = catalog
  let isBeyond = false
  const attributes: Attribute[] = []
  const shown = form.selection.named.map(({ type }) => type)
  for (const named of form.selection.named) show(named)
  if (form.selection.all) {
    for (const type of catalog.storedTypes(id)) {
      if (type.isConstructed || shown.includes(type)) continue
      if (!type.isOperational) show({ type, isBinary: false })
      else if (type.key === 'ntsecuritydescriptor' && form.sdFlags !== undefined)
        show({ type, isBinary: false })
    }
  }
  if (isBeyond) return answers.beyondRange
  const objectName = extended(snapshot.dn(id), catalog, form.extendedDn)
  return { op: 'searchResultEntry', objectName, attributes }

  function show({ type, isBinary, range }: NamedAttribute): void {
    const values = valuesToShow(id, type, catalog, form)
    if (values.length === 0) return
    const name = isBinary ? `${type.name};binary` : type.name
    if (form.typesOnly) attributes.push({ type: name, values: [] })
    else if (range !== undefined && range.low >= values.length) isBeyond ||= !form.isRangeForgiving
    else if (range !== undefined) attributes.push(ranged(name, values, range))
    else if (values.length <= maxValues)
      attributes.push({ type: name, values: values.slice(0, values.length) })
    else
      attributes.push({ type: name, values: [] }, ranged(name, values, { low: 0, high: undefined }))
  }
}

/** The schema's own entry, for snapshots that do not hold it: clients read it before all else. */
export function subschemaEntry(
  dn: string,
  catalog: Catalog,
  { selection, typesOnly }: EntryForm,
): SearchResultEntry {
  const values: Readonly<Record<string, readonly string[]>> = {
    objectClass: ['top', 'subSchema'],
    cn: ['Aggregate'],
    distinguishedName: [dn],
    name: ['Aggregate'],
    ...schemaDefinitions(catalog),
  }
  const named = new Set(selection.named.map(({ type }) => type.name))
  const shown = Object.entries(values).filter(
    ([name]) =>
      named.has(name) || (selection.all && catalog.types.find(name)?.isConstructed !== true),
  )
  const attributes = shown.map(([type, texts]) => ({
    type,
    values: typesOnly ? [] : texts.map((text) => octetsOf(text)),
  }))
  return { op: 'searchResultEntry', objectName: dn, attributes }
}

function valuesToShow(
  id: ObjectId,
  type: AttributeType,
  catalog: Catalog,
  form: EntryForm,
): ValueList {
  if (type.key === 'ntsecuritydescriptor') return descriptorToShow(id, catalog, form)
  const stored = catalog.valuesOf(id, type)
  if (stored.length === 0 && type.isConstructed) {
    if (baseScopeOnly.has(type.key) && !form.isBaseScope) return []
    return compute(type.key, id, catalog)
  }
  if (form.extendedDn === undefined) return stored
  if (type.syntax === 'dn') {
    return stored.map((value) => octetsOf(extended(textOf(value), catalog, form.extendedDn)))
  }
  if (type.syntax !== 'dnWithBinary' && type.syntax !== 'dnWithString') return stored
  return stored.map((value) => {
    const text = textOf(value)
    const [start, dn] = splitData(text)
    return octetsOf(`${start}${extended(dn, catalog, form.extendedDn)}`)
  })
}

/** Splits `B:32:…:dn` before the name. */
function splitData(text: string): [start: string, dn: string] {
  const head = /^[bs]:(\d+):/i.exec(text)
  if (head === null) return ['', text]
  const end = head[0].length + Number(head[1]) + 1
  return [text.slice(0, end), text.slice(end)]
}

function extended(dn: string, { snapshot }: Catalog, form: ExtendedDnForm | undefined): string {
  const id = form === undefined ? undefined : snapshot.byDn(dn)
  if (id === undefined) return dn
  const guid = snapshot.value(id, 'objectGUID')
  const sid = snapshot.sid(id)
  const show = (text: string, octets: (text: string) => Uint8Array) =>
    form === 'hex' ? octets(text).toHex() : text
  const parts = [
    guid === undefined ? '' : `<GUID=${show(guid, writeGuid)}>;`,
    sid === undefined ? '' : `<SID=${show(sid, writeSid)}>;`,
  ]
  return `${parts.join('')}${dn}`
}

function ranged(name: string, values: ValueList, { low, high }: Range): Attribute {
  const end = Math.min(high === undefined ? Infinity : high + 1, low + maxValues)
  const last = end >= values.length ? '*' : String(end - 1)
  return { type: `${name};range=${low}-${last}`, values: values.slice(low, end) }
}

function parseRange(option: string | undefined): Range | 'malformed' | undefined {
  if (option === undefined) return undefined
  const match = /^range=(\d{1,9})-(\d{1,9}|\*)$/.exec(option)
  if (match === null) return 'malformed'
  const low = Number(match[1])
  const high = match[2] === '*' ? undefined : Number(match[2])
  return high !== undefined && high < low ? 'malformed' : { low, high }
}

const ownerPart = 1
const groupPart = 2
const daclPart = 4
const saclPart = 8
const allParts = ownerPart | groupPart | daclPart | saclPart

/** Descriptors kept as they were shown, at some kilobytes each. */
const mostShown = 20_000

/** The parts of a security descriptor that were asked for (MS-ADTS 3.1.1.3.4.1.11). */
function descriptorToShow(id: ObjectId, catalog: Catalog, form: EntryForm): readonly Uint8Array[] {
  const asked = (form.sdFlags ?? 0) & allParts
  const parts = asked === 0 ? allParts : asked
  // Who may not see the SACL and asks for it, as everybody does who does not say what to leave out, gets nothing.
  if ((parts & saclPart) !== 0 && !form.isPrivileged) return []
  const [whole] = catalog.snapshot.raw(id, 'nTSecurityDescriptor')
  if (whole === undefined) return []
  if (parts === allParts) return [whole]
  // Many objects have the same descriptor: each is cut once.
  const { shownDescriptors } = catalog
  const key = catalog.snapshot.valueId(id, 'nTSecurityDescriptor') * (allParts + 1) + parts
  let shown = shownDescriptors.get(key)
  if (shown === undefined) {
    shown = partsOf(whole, parts)
    if (shownDescriptors.size >= mostShown) shownDescriptors.clear()
    shownDescriptors.set(key, shown)
  }
  return shown
}

function partsOf(whole: Uint8Array, parts: number): readonly Uint8Array[] {
  try {
    return [writeSecurityDescriptor(withParts(readSecurityDescriptor(whole), parts))]
  } catch (error) {
    if (error instanceof DirectoryError) return []
    throw error
  }
}

/** Of a list that is left out it is still told whether it was protected or inherited, as Windows Server 2019 does. */
function withParts(descriptor: SecurityDescriptor, parts: number): SecurityDescriptor {
  const has = (part: number) => (parts & part) !== 0
  return {
    ...descriptor,
    owner: has(ownerPart) ? descriptor.owner : undefined,
    group: has(groupPart) ? descriptor.group : undefined,
    dacl: has(daclPart) ? descriptor.dacl : undefined,
    sacl: has(saclPart) ? descriptor.sacl : undefined,
  }
}
