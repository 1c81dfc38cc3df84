import { createHmac } from 'node:crypto'
import {
  type Kind,
  type ObjectId,
  type Snapshot,
  firstOrdinaryRid,
  nameOfDn,
  nameOfSid,
  ridOfSid,
} from '#directory'
import type { AssessmentDocument } from './document.ts'
import { standardNames } from './standard-names.ts'

/** What turns codes back into names. Whoever has it can read a masked report: it is kept apart from it. */
export interface NameKey {
  readonly format: 'glacis.names/1'
  /** Base64 of at least 32 octets. The same secret gives the same name the same code in every report. */
  readonly secret: string
  /** Code → name, of all codes in the document. */
  readonly names: { readonly [code: string]: string }
}

/**
 * The document with the names of accounts, groups, machines, units, policies, authorities and domains replaced by stable codes
 * such as `user-3f9a1c04`, wherever they stand, and the key that turns them back. Also replaced: every other name in a DN,
 * hosts of services and shares, domain parts of SIDs, and free text such as descriptions as a whole. Names that every forest
 * has stay readable; well-known principals are called by their English names.
 */
export function maskNames(
  document: AssessmentDocument,
  snapshot: Snapshot,
  secret: string,
): { masked: AssessmentDocument; key: NameKey } {
  const mask = new Mask(secret)
  for (const { names, kind, of } of namesOf(snapshot)) {
    for (const name of names) mask.learn(name, kind, of)
  }
  for (const { objects } of document.findings) {
    for (const { name, dn, evidence } of objects) {
      if (!isSchema(dn)) mask.learn(name, 'object')
      for (const text of freeTexts(evidence)) mask.learn(text, 'text')
    }
  }
  const { forest, source, collectedBy, coverage, findings, notAssessed, inventory } = document
  const masked: AssessmentDocument = {
    ...document,
    areNamesMasked: true,
    forest: mask.deep(forest),
    source: maskedSource(mask, source),
    ...(collectedBy === undefined
      ? {}
      : {
          collectedBy:
            collectedBy === source ? maskedSource(mask, source) : mask.whole(collectedBy, 'user'),
        }),
    coverage: coverage.map((each) => ({
      ...each,
      ...(each.because === undefined ? {} : { because: mask.deep(each.because) }),
    })),
    findings: findings.map((finding) => ({
      ...finding,
      objects: finding.objects.map(({ name, ...object }) => ({
        ...mask.deep(object),
        name: mask.name(name),
      })),
      ...(finding.gaps === undefined ? {} : { gaps: mask.deep(finding.gaps) }),
    })),
    notAssessed: notAssessed.map(({ id, because }) => ({ id, because: mask.text(because) })),
    inventory: mask.deep(inventory),
  }
  return { masked, key: { format: 'glacis.names/1', secret, names: mask.names } }
}

/** Kinds of objects whose names are masked, with the word their codes begin with. */
const labels: Partial<Record<Kind, string>> = {
  user: 'user',
  computer: 'computer',
  managedAccount: 'account',
  group: 'group',
  organizationalUnit: 'unit',
  policy: 'policy',
  passwordSettings: 'policy',
  trust: 'domain',
  certificationAuthority: 'authority',
  template: 'template',
  dnsZone: 'zone',
}

/** The names of one thing: one code stands for all of them. */
interface Named {
  readonly names: readonly string[]
  readonly kind: string
  /** The name that the code is made from and the key gives back. */
  readonly of: string
}

/** Everything in the snapshot whose names tell something about the house. */
function* namesOf(snapshot: Snapshot): Generator<Named> {
  for (const { name, dn } of snapshot.domains) {
    yield { names: [name, dn, name.split('.')[0] ?? ''], kind: 'domain', of: name }
  }
  for (const id of snapshot.ofClass('crossRef')) {
    const flat = snapshot.value(id, 'nETBIOSName')
    const domain = snapshot.domains.find(({ dn }) => dn === snapshot.value(id, 'nCName'))
    if (flat !== undefined) yield { names: [flat], kind: 'domain', of: domain?.name ?? flat }
  }
  for (const id of snapshot.ofClass('site'))
    yield { names: [snapshot.name(id)], kind: 'site', of: snapshot.name(id) }
  for (const [kind, label] of Object.entries(labels)) {
    for (const id of snapshot.ofKind(kind as Kind)) {
      const sid = snapshot.sid(id)
      const isOfEveryForest = sid !== undefined && (ridOfSid(sid) ?? 0) < firstOrdinaryRid
      const english = isOfEveryForest ? nameOfSid(sid) : undefined
      const names = namesOfObject(snapshot, id)
      yield english === undefined
        ? { names, kind: label, of: names[0] ?? '' }
        : { names, kind: wellKnown, of: english }
    }
  }
  // Last, so that a host is called like its computer where there is one.
  for (const kind of ['user', 'computer', 'managedAccount'] as const) {
    for (const id of snapshot.ofKind(kind)) {
      const suffix = snapshot.value(id, 'userPrincipalName')?.split('@')[1]
      if (suffix !== undefined) yield { names: [suffix], kind: 'domain', of: suffix }
      for (const host of hostsOf(snapshot, id))
        yield { names: [host, host.split('.')[0] ?? ''], kind: 'host', of: host }
    }
  }
}

function namesOfObject(snapshot: Snapshot, id: ObjectId): string[] {
  const host = snapshot.value(id, 'dNSHostName')
  return [
    snapshot.name(id),
    snapshot.value(id, 'sAMAccountName'),
    nameOfDn(snapshot.dn(id)),
    snapshot.value(id, 'cn'),
    snapshot.value(id, 'displayName'),
    snapshot.value(id, 'userPrincipalName')?.split('@')[0],
    host,
    host?.split('.')[0],
    snapshot.value(id, 'trustPartner'),
    snapshot.value(id, 'flatName'),
  ].filter((name) => name !== undefined)
}

/** Hosts that an account's services and targets of delegation run on: `class/host:port/name` (MS-KILE 3.1.5.11). */
function* hostsOf(snapshot: Snapshot, id: ObjectId): Generator<string> {
  for (const attribute of ['servicePrincipalName', 'msDS-AllowedToDelegateTo'] as const) {
    for (const spn of snapshot.value(id, attribute)) {
      const host = spn.split('/')[1]?.replace(/:.*$/, '') ?? ''
      // Addresses, and the GUIDs of controllers, are no names.
      if (!/^[\d.]*$|^[\da-f]{8}-/i.test(host)) yield host
    }
  }
}

/** Attributes that people write what they like into: they are masked as a whole. */
const freeTextKeys = new Set([
  'description',
  'info',
  'comment',
  'displayName',
  'subject',
  'issuer',
  'altSecurityIdentities',
  'mail',
  'managedBy',
  'location',
  'userPassword',
  'unixUserPassword',
  'gPCFileSysPath',
  'scriptPath',
  'homeDirectory',
  'profilePath',
  'tlsSubject',
  'name',
])

function* freeTexts(value: unknown, isFree = false): Generator<string> {
  if (typeof value === 'string') {
    if (isFree && value.length > 3) yield value
  } else if (Array.isArray(value)) {
    for (const each of value) yield* freeTexts(each, isFree)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value))
      yield* freeTexts(each, key !== 'name' && freeTextKeys.has(key))
  }
}

/** Where it was read: the address of a controller stays one, a path says too much. */
function maskedSource(mask: Mask, source: string): string {
  const url = /^(ldaps?:\/\/)([^/:?]+)/i.exec(source)
  if (url !== null) return `${url[1]}${mask.whole(url[2] ?? '', 'host')}`
  return source === 'sample' ? source : 'a file'
}

function isSchema(dn: string): boolean {
  return /,CN=Schema,CN=Configuration,/i.test(dn)
}

/** Marks of private use around codes while a text is worked on, so that no code is taken for a name. */
const open = '\ue000'
const close = '\ue001'

/** Kind of names that are the same in every forest: shown as they are, or in English. */
const wellKnown = ''

interface Learned {
  readonly kind: string
  readonly of: string
}

class Mask {
  readonly names: Record<string, string> = {}
  readonly #secret: string
  /** By folded name. */
  readonly #learned = new Map<string, Learned>()
  readonly #codes = new Map<string, string>()
  /** Lengths of the names that begin with a word, longest first, so that a text is walked once. */
  readonly #lengths = new Map<string, number[]>()
  readonly #domains = new Set<string>()

  constructor(secret: string) {
    this.#secret = secret
    for (const name of standardNames) this.learn(name, wellKnown)
  }

  learn(name: string, kind: string, of = name): void {
    const key = keyOf(name)
    // Numbers and SIDs are no names.
    if (key === '' || this.#learned.has(key) || /^\d{1,3}$|^s-1-/.test(key)) return
    this.#learned.set(key, { kind, of })
    if (kind === 'domain' && key.includes('.')) this.#domains.add(key)
    // In a sentence one letter says nothing; alone, as a name, it does.
    if (key.length < 2) return
    const word = firstWord(key, 0)
    const lengths = this.#lengths.get(word)
    if (lengths === undefined) this.#lengths.set(word, [key.length])
    else if (!lengths.includes(key.length)) {
      lengths.push(key.length)
      lengths.sort((a, b) => b - a)
    }
  }

  /** What a name is replaced by; that is then in the key. */
  code(name: string, otherwise: string): string {
    const key = keyOf(name)
    const { kind, of } = this.#learned.get(key) ?? { kind: otherwise, of: name }
    if (kind === wellKnown) return this.#english(name, of)
    const known = this.#codes.get(key)
    if (known !== undefined) return known
    const code = this.#makeCode(key, kind, of)
    this.#codes.set(key, code)
    return code
  }

  /** Well-known names stay, in their spelling; others of the same principal become the English one. */
  #english(name: string, of: string): string {
    if (keyOf(name) === keyOf(of)) return name
    this.names[of] ??= name
    return of
  }

  #makeCode(key: string, kind: string, of: string): string {
    const digest = createHmac('sha256', this.#secret).update(keyOf(of)).digest('hex')
    const short = `${kind}-${digest.slice(0, 8)}`
    // Two names may have the same first digits.
    const code =
      keyOf(this.names[short] ?? of) === keyOf(of) ? short : `${kind}-${digest.slice(0, 20)}`
    this.names[code] ??= of
    return kind === 'domain' && key.startsWith('dc=') ? `DC=${code}` : code
  }

  /** Text that is a name and nothing else. */
  name(text: string): string {
    return this.#learned.has(keyOf(text))
      ? this.#withSign(text, this.code(text, 'object'))
      : this.text(text)
  }

  /** Accounts of machines and services end in `$`: their code does too. */
  #withSign(name: string, code: string): string {
    return name.trimEnd().endsWith('$') && !code.endsWith('$') ? `${code}$` : code
  }

  /** Text that must not stay as it is, whether it holds known names or not. */
  whole(text: string, kind: string): string {
    const masked = this.text(text)
    return masked === text && this.#learned.get(keyOf(text))?.kind !== wellKnown
      ? this.code(text, kind)
      : masked
  }

  /** Text with every name in it replaced. */
  text(text: string): string {
    let marked = text.replaceAll(/[\ue000\ue001]/g, '\ufffd')
    if (/s-1-5-21-/i.test(marked)) marked = this.#maskSids(marked)
    if (marked.includes('=')) marked = this.#maskDns(marked)
    if (marked.includes('\\\\')) {
      marked = marked.replaceAll(
        /(\\\\)([^\\/\s\ue000]+)/g,
        (_all, start: string, host: string) => start + this.#marked(host, 'host'),
      )
    }
    if (this.#domains.size > 0 && marked.includes('.')) marked = this.#maskHosts(marked)
    return this.#maskWords(marked).replaceAll(/[\ue000\ue001]/g, '')
  }

  /** The same value with the text in it masked, keys kept. */
  deep<T>(value: T, key = ''): T {
    if (typeof value === 'string')
      return (freeTextKeys.has(key) ? this.#free(value, key) : this.text(value)) as T
    if (Array.isArray(value)) return value.map((each: unknown) => this.deep(each, key)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.deep(each as unknown, name)]),
    ) as T
  }

  #free(text: string, key: string): string {
    if (key === 'name') return this.name(text)
    return text === '' ? text : this.code(text, 'text')
  }

  #marked(name: string, kind: string): string {
    return `${open}${this.#withSign(name, this.code(name, kind))}${close}`
  }

  /** The domain part of SIDs says whose they are; the relative identifier says what, and stays. */
  #maskSids(text: string): string {
    return text.replaceAll(/S-1-5-21-(\d+)-(\d+)-(\d+)/gi, (sid, ...parts: string[]) => {
      if (parts.slice(0, 3).every((part) => part === '0')) return sid
      const digest = createHmac('sha256', this.#secret).update(fold(sid)).digest()
      const code = `S-1-5-21-${digest.readUInt32LE(0)}-${digest.readUInt32LE(4)}-${digest.readUInt32LE(8)}`
      this.names[code] ??= sid
      return `${open}${code}${close}`
    })
  }

  /** Values of relative names, wherever in a text a DN stands: one is followed by the next (RFC 4514 §2). */
  #maskDns(text: string): string {
    return text.replaceAll(
      /\b(CN|OU|DC|O|L|ST|C|UID|E)=((?:\\.|[^,+\\\ue000]){1,1000})(?=[,+](?:CN|OU|DC|O|L|ST|C|UID|E)=)/gi,
      (rdn, type: string, escaped: string, at: number) => {
        const rest = text.slice(at + rdn.length, at + rdn.length + 400)
        if (/^,CN=Schema,CN=Configuration,/i.test(rest)) return rdn
        // Labels of a domain are masked together; those before a DNS zone's container are zones and hosts.
        if (type.toUpperCase() === 'DC' && !/^(?:,DC=[^,]+)*,CN=MicrosoftDNS,/i.test(rest))
          return rdn
        const value = nameOfDn(`${type}=${escaped}`)
        return value.startsWith('_') || /^\d+$/.test(value)
          ? rdn
          : `${type}=${this.#marked(value, 'object')}`
      },
    )
  }

  /** Hosts below a known domain, in the directory or not. */
  #maskHosts(text: string): string {
    return text.replaceAll(/[\p{L}\p{N}_-]{1,63}(?:\.[\p{L}\p{N}_-]{1,63}){1,30}/gu, (host) => {
      const key = fold(host)
      if (this.#learned.has(key)) return host
      for (let dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
        if (this.#domains.has(key.slice(dot + 1))) return this.#marked(host, 'host')
      }
      return host
    })
  }

  /** Known names that stand as words of their own; what is marked already is passed over. */
  #maskWords(text: string): string {
    const folded = fold(text)
    let result = ''
    let at = 0
    while (at < text.length) {
      if (text[at] === open) {
        const end = text.indexOf(close, at) + 1
        result += text.slice(at, end)
        at = end
        continue
      }
      const word = firstWord(folded, at)
      const length = this.#lengths.get(word)?.find((each) => this.#isNameAt(folded, at, each))
      const step = length ?? word.length
      const piece = text.slice(at, at + step)
      result += length === undefined ? piece : `${open}${this.code(piece, 'object')}${close}`
      at += step
    }
    return result
  }

  #isNameAt(folded: string, at: number, length: number): boolean {
    const end = at + length
    if (end > folded.length) return false
    // A name that ends in a sign ends there; one that ends in a letter must not go on.
    if (end < folded.length && isWordSign(folded, end) && isWordSign(folded, end - 1)) return false
    return this.#learned.has(folded.slice(at, end))
  }
}

/** The same for all spellings of a name. */
function keyOf(name: string): string {
  return fold(name.trim()).replace(/\$$/, '')
}

/** Lower case of the same length: positions in it are positions in the text. */
function fold(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from(text, (sign) =>
    sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign,
  ).join('')
}

const wordAt = /[\p{L}\p{M}\p{N}_]+/uy
const wordSign = /[\p{L}\p{M}\p{N}_]/uy

/** The run of word signs that begins here, or one other sign. */
function firstWord(text: string, at: number): string {
  wordAt.lastIndex = at
  return wordAt.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(at) ?? 0)
}

function isWordSign(text: string, at: number): boolean {
  wordSign.lastIndex = at
  return wordSign.test(text)
}
