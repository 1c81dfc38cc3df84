import { createHmac } from 'node:crypto'
import { type Kind, type ObjectId, type Snapshot, ridOfSid, standardTemplateNames } from '#directory'
import type { AssessmentDocument } from './document.ts'

/** What turns codes back into names. Whoever has it can read a masked report: it is kept apart from it. */
export interface NameKey {
  readonly format: 'glacis.names/1'
  /** Base64 of at least 32 octets. The same secret gives the same name the same code in every report. */
  readonly secret: string
  /** Code → name. */
  readonly names: { readonly [code: string]: string }
}

/**
 * The document with the names of accounts, groups, machines, units, policies and domains replaced by stable codes such as
 * `user-3f9a1c`, wherever they stand, and the key that turns them back. Names that every domain has stay readable.
 */
export function maskNames(document: AssessmentDocument, snapshot: Snapshot, secret: string): { masked: AssessmentDocument; key: NameKey } {
  const mask = new Mask(secret)
  for (const [name, kind] of namesOf(snapshot)) mask.learn(name, kind)
  const { forest, source, collectedBy, coverage, findings, notAssessed, inventory } = document
  const masked: AssessmentDocument = {
    ...document,
    forest: mask.deep(forest),
    source: mask.text(source),
    ...(collectedBy === undefined ? {} : { collectedBy: mask.text(collectedBy) }),
    coverage: coverage.map((each) => ({ ...each, ...(each.because === undefined ? {} : { because: mask.deep(each.because) }) })),
    findings: findings.map((finding) => ({
      ...finding,
      objects: mask.deep(finding.objects),
      ...(finding.gaps === undefined ? {} : { gaps: mask.deep(finding.gaps) }),
    })),
    notAssessed: notAssessed.map(({ id, because }) => ({ id, because: mask.text(because) })),
    inventory: mask.deep(inventory),
  }
  return { masked, key: { format: 'glacis.names/1', secret, names: mask.names } }
}

/** Every name in the snapshot that tells something about the house, with what it is a name of. */
function* namesOf(snapshot: Snapshot): Generator<readonly [name: string, kind: string]> {
  for (const { name, dn, sid } of snapshot.domains) {
    yield [name, 'domain']
    yield [sid, 'sid']
    const [first] = name.split('.')
    if (first !== undefined) yield [first, 'domain']
    yield [dn, 'domain']
  }
  for (const id of snapshot.ofClass('site')) yield [snapshot.name(id), 'site']
  for (const [kind, label] of Object.entries(labels)) {
    for (const id of snapshot.ofKind(kind as Kind)) {
      const sid = snapshot.sid(id)
      const isOfEveryDomain = sid === undefined ? standardTemplateNames.includes(snapshot.name(id)) : (ridOfSid(sid) ?? 0) < 1000
      if (isOfEveryDomain) continue
      for (const name of namesOfObject(snapshot, id)) if (name !== undefined && name.length > 1) yield [name, label]
    }
  }
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
}

function namesOfObject(snapshot: Snapshot, id: ObjectId): (string | undefined)[] {
  const host = snapshot.value(id, 'dNSHostName')
  return [
    snapshot.name(id),
    snapshot.value(id, 'sAMAccountName')?.replace(/\$$/, ''),
    snapshot.value(id, 'name'),
    snapshot.value(id, 'cn'),
    snapshot.value(id, 'displayName'),
    snapshot.value(id, 'userPrincipalName')?.split('@')[0],
    host,
    host?.split('.')[0],
    snapshot.value(id, 'trustPartner'),
    snapshot.value(id, 'flatName'),
  ]
}

class Mask {
  readonly names: Record<string, string> = {}
  readonly #codes = new Map<string, string>()
  readonly #lengths = new Set<number>()
  readonly #secret: string
  #longestFirst: readonly number[] | undefined

  constructor(secret: string) {
    this.#secret = secret
  }

  learn(name: string, kind: string): void {
    const key = name.toLowerCase()
    if (this.#codes.has(key)) return
    const digest = createHmac('sha256', this.#secret).update(key).digest()
    let code = `${kind}-${digest.toString('hex', 0, 4)}`
    if (kind === 'sid') code = `S-1-5-21-${digest.readUInt32LE(0)}-${digest.readUInt32LE(4)}-${digest.readUInt32LE(8)}`
    if (kind === 'domain' && name.includes('=')) code = `DC=${code}`
    this.#codes.set(key, code)
    this.names[code] = name
    this.#lengths.add(key.length)
    this.#longestFirst = undefined
  }

  /** The text with every known name that stands as a word of its own replaced. */
  text(text: string): string {
    this.#longestFirst ??= [...this.#lengths].toSorted((a, b) => b - a)
    const lower = text.toLowerCase()
    // Lower case may be of another length in rare scripts; then positions would not fit, and the text is not shown at all.
    if (lower.length !== text.length) return '(masked)'
    let result = ''
    let at = 0
    while (at < text.length) {
      const code = isWord(lower[at - 1]) ? undefined : this.#codeAt(lower, at)
      result += code?.code ?? text[at]
      at += code?.length ?? 1
    }
    return result
  }

  /** The same value with the text in it masked, keys kept. */
  deep<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T
    if (Array.isArray(value)) return value.map((each: unknown) => this.deep(each)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.deep(each as unknown)])) as T
  }

  #codeAt(lower: string, at: number): { code: string; length: number } | undefined {
    for (const length of this.#longestFirst ?? []) {
      if (at + length > lower.length || isWord(lower[at + length])) continue
      const code = this.#codes.get(lower.slice(at, at + length))
      if (code !== undefined) return { code, length }
    }
    return undefined
  }
}

function isWord(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}_]/u.test(sign)
}
