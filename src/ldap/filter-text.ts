import type { ComparisonKind, Filter, Leaf, Substrings } from './filter.ts'

/** A filter text that is not one: what is wrong and at which character. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError'
  /** Index into the text, in UTF-16 units from 0. */
  readonly position: number
  /** What is wrong, without the place. */
  readonly reason: string

  constructor(reason: string, position: number, text: string) {
    const near = text.slice(position, position + 20)
    super(`${reason} at character ${position + 1}${near === '' ? ', the end' : `, near "${near}"`}`)
    this.position = position
    this.reason = reason
  }
}

/** Nesting that {@link parseFilter} follows; what is deeper no server takes either. */
const maxDepth = 500

/**
 * Reads the text form of a filter (RFC 4515 §3). As common tools do, it also takes blanks between
 * filters and a single comparison without its parentheses: `cn=Ben`. Blanks in values count.
 *
 * @throws FilterSyntaxError with the position
 */
export function parseFilter(text: string): Filter {
  return new Parser(text).parse()
}

/**
 * Writes the text form of a filter (RFC 4515 §3): what {@link parseFilter} reads gives the same filter
 * again. Octets that are not UTF-8, and control characters, are escaped. An attribute that no schema
 * could hold is escaped too, so that text for people cannot be forged. Empty `initial` and `final`
 * pieces, which mean nothing, have no text form.
 */
export function formatFilter(filter: Filter): string {
  let text = ''
  const open: { readonly filters: readonly Filter[]; next: number }[] = []
  for (let current = filter; ;) {
    if (current.kind === 'and' || current.kind === 'or') {
      text += current.kind === 'and' ? '(&' : '(|'
      open.push({ filters: current.filters, next: 0 })
    } else if (current.kind === 'not') {
      text += '(!'
      open.push({ filters: [current.filter], next: 0 })
    } else {
      text += `(${formatLeaf(current)})`
    }
    for (;;) {
      const around = open.at(-1)
      if (around === undefined) return text
      const next = around.filters[around.next++]
      if (next !== undefined) {
        current = next
        break
      }
      text += ')'
      open.pop()
    }
  }
}

/** A value as it stands in a filter text: `*`, `(`, `)`, `\`, controls and non-UTF-8 as `\xx`. */
export function escapeValue(value: string | Uint8Array): string {
  if (typeof value === 'string') return value.replace(special, escapeCharacter)
  const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const text = buffer.toString('utf8')
  if (!text.includes('\uFFFD')) return text.replace(special, escapeCharacter)
  return escapeMixed(buffer)
}

const comparisonBySign: Readonly<Record<string, ComparisonKind>> = {
  '=': 'equalityMatch',
  '>=': 'greaterOrEqual',
  '<=': 'lessOrEqual',
  '~=': 'approxMatch',
}
const signByComparison: Readonly<Record<ComparisonKind, string>> = {
  equalityMatch: '=',
  greaterOrEqual: '>=',
  lessOrEqual: '<=',
  approxMatch: '~=',
}

/** What RFC 4515 gives a meaning, and whatever cannot be seen or turns the text around. */
const special = /[*()\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
/** Names and OIDs with options, as found in the wild: also with `_`, which RFC 4512 lacks. */
const description = /^[A-Za-z0-9][A-Za-z0-9._-]*(;[A-Za-z0-9._-]+)*$/

function formatLeaf(filter: Leaf): string {
  switch (filter.kind) {
    case 'present':
      return `${formatName(filter.attribute)}=*`
    case 'substrings':
      return `${formatName(filter.attribute)}=${formatPieces(filter)}`
    case 'extensibleMatch': {
      const { attribute, dnAttributes, matchingRule, value } = filter
      const name = attribute === undefined ? '' : formatName(attribute)
      const flag = dnAttributes ? ':dn' : ''
      const rule = matchingRule === undefined ? '' : `:${formatRule(matchingRule)}`
      return `${name}${flag}${rule}:=${escapeValue(value)}`
    }
    case 'equalityMatch':
    case 'greaterOrEqual':
    case 'lessOrEqual':
    case 'approxMatch': {
      const { kind, attribute, value } = filter
      return `${formatName(attribute)}${signByComparison[kind]}${escapeValue(value)}`
    }
  }
}

function formatPieces({ initial, any, final }: Substrings): string {
  const none = new Uint8Array(0)
  return [initial ?? none, ...any, final ?? none].map(escapeValue).join('*')
}

function formatName(name: string): string {
  return description.test(name) ? name : name.replace(/[^A-Za-z0-9._;-]/gu, escapeCharacter)
}

/** A rule of the name "dn" would read as the flag. */
function formatRule(rule: string): string {
  return rule.toLowerCase() === 'dn' ? rule.replace(/./g, escapeCharacter) : formatName(rule)
}

function escapeCharacter(character: string): string {
  return Array.from(Buffer.from(character), escapeOctet).join('')
}

function escapeOctet(octet: number): string {
  return `\\${octet.toString(16).padStart(2, '0')}`
}

/** Octets that are not all UTF-8: what is not plain ASCII is escaped one by one. */
function escapeMixed(octets: Uint8Array): string {
  return Array.from(octets, (octet) => {
    const isPlain = octet > 0x1f && octet < 0x7f && !'*()\\'.includes(String.fromCharCode(octet))
    return isPlain ? String.fromCharCode(octet) : escapeOctet(octet)
  }).join('')
}

/** An `and`, `or` or `not` whose contents are being read. */
interface Open {
  readonly sign: '&' | '|' | '!'
  readonly at: number
  readonly filters: Filter[]
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): Filter {
    this.#skipBlanks()
    const filter = this.#next() === '(' ? this.#parseNested() : this.#parseItem()
    this.#skipBlanks()
    if (this.#at < this.#text.length) this.#fail('something follows the filter')
    return filter
  }

  /** Without recursion, so that no text is too deep for the stack. */
  #parseNested(): Filter {
    const open: Open[] = []
    for (;;) {
      let read: Filter | undefined
      const at = this.#at
      this.#expect('(')
      this.#skipBlanks()
      const sign = this.#next()
      if (sign === '&' || sign === '|' || sign === '!') {
        if (open.length >= maxDepth) this.#fail(`nested deeper than ${maxDepth}`)
        this.#at++
        open.push({ sign, at, filters: [] })
      } else {
        read = this.#parseItem()
        this.#expect(')')
      }
      for (;;) {
        const around = open.at(-1)
        if (around === undefined) return read!
        if (read !== undefined) around.filters.push(read)
        this.#skipBlanks()
        if (this.#next() !== ')') break
        read = this.#close(around)
        open.pop()
      }
    }
  }

  #close({ sign, at, filters }: Open): Filter {
    const [filter, ...more] = filters
    if (sign === '!' && (filter === undefined || more.length > 0)) {
      this.#fail('a "!" takes exactly one filter', at)
    }
    this.#at++
    if (sign === '!') return { kind: 'not', filter: filter! }
    return { kind: sign === '&' ? 'and' : 'or', filters }
  }

  #parseItem(): Filter {
    const start = this.#at
    const name = this.#take(/[^=<>~:()*\\]*/y)
    const sign = this.#take(/[<>~]?=/y)
    const kind = comparisonBySign[sign]
    if (kind === undefined) {
      if (this.#next() === ':') return this.#parseExtensible(name, start)
      this.#checkName(name, start)
      this.#fail('expected one of = >= <= ~= := after the attribute')
    }
    const attribute = this.#checkName(name, start)
    const pieces = this.#parseValue(kind === 'equalityMatch')
    const [first, ...others] = pieces
    const final = others.pop()
    if (final === undefined) return { kind, attribute, value: first! }
    if (others.length === 0 && first!.length === 0 && final.length === 0) {
      return { kind: 'present', attribute }
    }
    return {
      kind: 'substrings',
      attribute,
      ...(first!.length > 0 && { initial: first! }),
      any: others,
      ...(final.length > 0 && { final }),
    }
  }

  /** `[attribute] [":dn"] [":" rule] ":=" value`, from the first colon on. */
  #parseExtensible(name: string, start: number): Filter {
    const attribute = name === '' ? undefined : this.#checkName(name, start)
    let dnAttributes = false
    let matchingRule: string | undefined
    while (this.#take(/:=/y) === '') {
      const at = this.#at
      const word = this.#take(/:[^=<>~:()*\\]*/y).slice(1)
      if (this.#next() !== ':') this.#fail('expected ":=" after the matching rule')
      if (!dnAttributes && matchingRule === undefined && word.toLowerCase() === 'dn') {
        dnAttributes = true
      } else if (matchingRule === undefined) {
        matchingRule = this.#checkName(word, at + 1, 'a matching rule')
      } else {
        this.#fail('expected ":=", there is a matching rule already', at)
      }
    }
    if (attribute === undefined && matchingRule === undefined) {
      this.#fail('names neither an attribute nor a matching rule', start)
    }
    const [value] = this.#parseValue(false)
    return {
      kind: 'extensibleMatch',
      ...(matchingRule !== undefined && { matchingRule }),
      ...(attribute !== undefined && { attribute }),
      value: value!,
      dnAttributes,
    }
  }

  /** A value up to the parenthesis or end, cut at each `*` where those are wildcards. */
  #parseValue(hasWildcards: boolean): Uint8Array[] {
    const pieces: Uint8Array[] = []
    for (;;) {
      pieces.push(this.#parsePiece())
      const next = this.#next()
      if (next === '(') this.#fail('a "(" in a value is written \\28')
      if (next !== '*') return pieces
      if (!hasWildcards) this.#fail('a "*" in this value is written \\2a')
      this.#at++
    }
  }

  #parsePiece(): Uint8Array {
    const plain = this.#take(/[^*()\\\0]*/y)
    if (this.#next() !== '\\' && this.#next() !== '\0') return new Uint8Array(Buffer.from(plain))
    const parts = [Buffer.from(plain)]
    for (;;) {
      const next = this.#next()
      if (next === '\0') this.#fail('a NUL in a value is written \\00')
      if (next === '\\') {
        const octets = this.#take(/(?:\\[0-9A-Fa-f]{2})+/y)
        if (octets === '') this.#fail('a backslash takes two hexadecimal digits, itself \\5c')
        parts.push(Buffer.from(octets.replaceAll('\\', ''), 'hex'))
      } else {
        const text = this.#take(/[^*()\\\0]+/y)
        if (text === '') return new Uint8Array(Buffer.concat(parts))
        parts.push(Buffer.from(text))
      }
    }
  }

  #checkName(name: string, at: number, what = 'an attribute'): string {
    if (!description.test(name)) this.#fail(`expected the name or OID of ${what}`, at)
    return name
  }

  #skipBlanks(): void {
    this.#take(/[ \t\r\n]*/y)
  }

  #expect(character: string): void {
    if (this.#next() !== character) this.#fail(`expected "${character}"`)
    this.#at++
  }

  #next(): string | undefined {
    return this.#text[this.#at]
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #fail(reason: string, at = this.#at): never {
    throw new FilterSyntaxError(reason, at, this.#text)
  }
}
