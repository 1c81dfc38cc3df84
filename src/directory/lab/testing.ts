import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type FriendlyAttributes, type FriendlyValue, encodeValue } from '../builder-values.ts'
import { parseSddl } from '../sddl.ts'
import { type ObjectId, type RawAttribute, type Snapshot, SnapshotBuilder } from '../snapshot.ts'

const path = new URL('../../../../shared/lab/goad-essos.ldif.gz', import.meta.url)

/** Skips a test by name where the laboratory's data is not there. */
export const labSkip = existsSync(path) ? false : 'needs ../shared/lab/goad-essos.ldif.gz'

let lab: Snapshot | undefined

/** The laboratory's forest as Windows wrote it: one domain, essos.local. Reads LDIF only as far as that file needs. */
export function labSnapshot(): Snapshot {
  lab ??= readLab()
  return lab
}

function readLab(): Snapshot {
  const builder = new SnapshotBuilder()
  const text = gunzipSync(readFileSync(path))
    .toString('utf8')
    .replaceAll(/\r?\n /g, '')
  for (const record of text.split(/\r?\n\r?\n/)) {
    const values = new Map<string, Uint8Array[]>()
    let dn: string | undefined
    for (const line of record.split(/\r?\n/)) {
      const match = /^([^:#]+):(:?) ?(.*)$/.exec(line)
      if (match === null) continue
      const [, name = '', encoded, value = ''] = match
      const octets = Uint8Array.from(Buffer.from(value, encoded === ':' ? 'base64' : 'utf8'))
      if (name === 'dn') dn = new TextDecoder().decode(octets)
      else values.set(name, [...(values.get(name) ?? []), octets])
    }
    if (dn !== undefined) builder.add(dn, values)
  }
  return builder.build({ origin: { source: 'lab', takenAt: new Date('2024-01-05T00:00:00Z') } })
}

/** SID of the domain corp.example of small forests, and of its child sub.corp.example. */
export const corp = 'S-1-5-21-10-20-30'
export const sub = 'S-1-5-21-11-21-31'
export const corpDn = 'DC=corp,DC=example'
export const subDn = `DC=sub,${corpDn}`

/**
 * A small forest of exactly these objects, by DN: `,corp` and `,sub` at the end stand for the two domains. Heads are made
 * for the domains that are used. SDDL is read as seen from the object's domain, with corp.example as the root.
 */
export function smallForest(objects: Readonly<Record<string, FriendlyAttributes>>): Snapshot {
  const all: Record<string, FriendlyAttributes> = { corp: head(corp) }
  if (Object.keys(objects).some((dn) => /(?:^|,)sub$/.test(dn))) all['sub'] = head(sub)
  for (const [dn, attributes] of Object.entries(objects)) all[dn] = { ...all[dn], ...attributes }
  const builder = new SnapshotBuilder()
  for (const [short, attributes] of Object.entries(all)) {
    const dn = longDn(short)
    const domain = dn.endsWith(subDn) ? sub : corp
    const sddl = (text: string) => parseSddl(text, { domain, rootDomain: corp })
    builder.add(
      dn,
      Object.entries(attributes).flatMap(([name, values]): RawAttribute[] => {
        if (values === undefined) return []
        const list = Array.isArray(values) ? values : [values]
        const text = (value: FriendlyValue) =>
          typeof value === 'string' && dnAttributes.has(name) ? longDn(value) : value
        return [[name, list.map((value) => encodeValue(name, text(value), sddl))]]
      }),
    )
  }
  return builder.build({ origin: { source: 'small', takenAt: new Date('2026-01-15T00:00:00Z') } })
}

/** Attributes of an enabled user with this RID or SID. */
export function user(sid: number | string, more: FriendlyAttributes = {}): FriendlyAttributes {
  return {
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    objectSid: typeof sid === 'number' ? `${corp}-${sid}` : sid,
    userAccountControl: 0x200,
    ...more,
  }
}

/** Attributes of a computer with this RID or SID. */
export function computer(sid: number | string, more: FriendlyAttributes = {}): FriendlyAttributes {
  return user(sid, {
    objectClass: ['top', 'person', 'organizationalPerson', 'user', 'computer'],
    userAccountControl: 0x1000,
    primaryGroupID: 515,
    ...more,
  })
}

/** `groupType` of the kinds of group. */
export const groupTypes = {
  global: 0x80000002,
  universal: 0x80000008,
  domainLocal: 0x80000004,
  builtin: 0x80000005,
  distribution: 0x2,
} as const

/** Attributes of a group with this RID or SID. */
export function group(
  sid: number | string,
  members: readonly string[] = [],
  kind: keyof typeof groupTypes = 'global',
  more: FriendlyAttributes = {},
): FriendlyAttributes {
  return {
    objectClass: ['top', 'group'],
    objectSid: typeof sid === 'number' ? `${corp}-${sid}` : sid,
    groupType: groupTypes[kind],
    ...(members.length === 0 ? {} : { member: members }),
    ...more,
  }
}

/** Attributes of an object that stands for a SID from elsewhere. */
export function foreign(sid: string): FriendlyAttributes {
  return { objectClass: ['top', 'foreignSecurityPrincipal'], objectSid: sid }
}

/** Id of an object of a small forest, by its short DN. */
export function at(snapshot: Snapshot, short: string): ObjectId {
  const id = snapshot.byDn(longDn(short))
  if (id === undefined) throw new RangeError(`no object ${short}`)
  return id
}

const dnAttributes = new Set(['member', 'memberOf', 'serverReference', 'msDS-KrbTgtLink'])

function head(sid: string): FriendlyAttributes {
  return { objectClass: ['top', 'domain', 'domainDNS'], objectSid: sid, instanceType: 5 }
}

function longDn(short: string): string {
  return short.replace(/(^|,)corp$/, `$1${corpDn}`).replace(/(^|,)sub$/, `$1${subDn}`)
}
