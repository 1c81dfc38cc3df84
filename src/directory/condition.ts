import { DirectoryError } from './error.ts'
import { type Sid, readSid, sidSizeBytes, writeSid } from './sid.ts'

/** A constant in a condition. */
export type ConditionLiteral =
  | { readonly kind: 'integer'; readonly value: bigint; readonly base: 8 | 10 | 16 }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'octets'; readonly value: Uint8Array }
  | { readonly kind: 'sid'; readonly value: Sid }

/** One token of a condition. */
export type ConditionToken =
  | ConditionLiteral
  | { readonly kind: 'composite'; readonly values: readonly ConditionLiteral[] }
  | { readonly kind: 'attribute'; readonly scope: AttributeScope; readonly name: string }
  | { readonly kind: 'operator'; readonly name: ConditionOperator }

/** Whose attribute is meant; `local` ones have no prefix in text. */
export type AttributeScope = keyof typeof scopes

/** An operator as SDDL spells it. */
export type ConditionOperator = keyof typeof operators

const scopes = { local: 0xf8, user: 0xf9, resource: 0xfa, device: 0xfb } as const

/** Code, number of operands, and how tightly it binds in text. */
const operators = {
  '==': [0x80, 2, 4],
  '!=': [0x81, 2, 4],
  '<': [0x82, 2, 4],
  '<=': [0x83, 2, 4],
  '>': [0x84, 2, 4],
  '>=': [0x85, 2, 4],
  Contains: [0x86, 2, 4],
  Exists: [0x87, 1, 4],
  Any_of: [0x88, 2, 4],
  Member_of: [0x89, 1, 4],
  Device_Member_of: [0x8a, 1, 4],
  Member_of_Any: [0x8b, 1, 4],
  Device_Member_of_Any: [0x8c, 1, 4],
  Not_Exists: [0x8d, 1, 4],
  Not_Contains: [0x8e, 2, 4],
  Not_Any_of: [0x8f, 2, 4],
  Not_Member_of: [0x90, 1, 4],
  Not_Device_Member_of: [0x91, 1, 4],
  Not_Member_of_Any: [0x92, 1, 4],
  Not_Device_Member_of_Any: [0x93, 1, 4],
  '&&': [0xa0, 2, 2],
  '||': [0xa1, 2, 1],
  '!': [0xa2, 1, 3],
} as const satisfies Readonly<
  Record<string, readonly [code: number, operands: 1 | 2, binding: number]>
>

const LITERAL_BINDING = 5
const SIGNATURE = 0x78747261 // "artx", little-endian
const MAX_DEPTH = 100
const FIELD = 'conditional expression'

const int = { first: 0x01, last: 0x04, write: 0x04 } as const
const STRING = 0x10
const OCTETS = 0x18
const COMPOSITE = 0x50
const SID_LITERAL = 0x51
const bases = { 1: 8, 2: 10, 3: 16 } as const
const baseCodes = { 8: 1, 10: 2, 16: 3 } as const

/**
 * Reads the condition of a callback ACE: `artx`, then tokens in postfix order, then zero octets
 * up to a multiple of four (MS-DTYP 2.4.4.17). The operands are counted, so that every operator
 * has its own and one result is left. @throws DirectoryError with the byte offset.
 */
export function readCondition(bytes: Uint8Array): ConditionToken[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 4 || view.getUint32(0, true) !== SIGNATURE) {
    throw new DirectoryError('unsupported', FIELD, 'does not begin with "artx"', 0)
  }
  const tokens: ConditionToken[] = []
  let operands = 0
  let at = 4
  while (at < bytes.length) {
    const code = bytes[at]!
    if (code === 0) {
      if (bytes.length - at > 3 || bytes.subarray(at).some((octet) => octet !== 0)) {
        throw new DirectoryError('malformed', FIELD, 'an invalid token', at)
      }
      break
    }
    const operator = operatorNames.get(code)
    if (operator !== undefined) {
      const [, count] = operators[operator]
      if (operands < count) throw new DirectoryError('malformed', FIELD, 'too few operands', at)
      operands += 1 - count
      tokens.push({ kind: 'operator', name: operator })
      at += 1
      continue
    }
    const [token, end] = readOperand(bytes, view, at, bytes.length)
    tokens.push(token)
    operands += 1
    at = end
  }
  if (operands !== 1) throw new DirectoryError('malformed', FIELD, 'not one result', bytes.length)
  return tokens
}

/** Writes what {@link readCondition} reads; integers as 64 bits, as Windows does from text. */
export function writeCondition(tokens: readonly ConditionToken[]): Uint8Array<ArrayBuffer> {
  const octets: number[] = [0x61, 0x72, 0x74, 0x78]
  for (const token of tokens) writeToken(octets, token)
  while (octets.length % 4 !== 0) octets.push(0)
  return Uint8Array.from(octets)
}

/** Writes a condition as text without the outer parentheses (MS-DTYP 2.5.1.1). */
export function formatCondition(
  tokens: readonly ConditionToken[],
  formatSid: (sid: Sid) => string = (sid) => sid,
): string {
  const stack: { text: string; binding: number }[] = []
  const pop = (binding: number): string => {
    const operand = stack.pop()!
    return operand.binding < binding ? `(${operand.text})` : operand.text
  }
  for (const token of tokens) {
    if (token.kind !== 'operator') {
      stack.push({ text: formatOperand(token, formatSid), binding: LITERAL_BINDING })
      continue
    }
    const { name } = token
    const [, count, binding] = operators[name]
    if (count === 1) {
      const operand = pop(name === '!' ? LITERAL_BINDING : binding)
      stack.push({ text: name === '!' ? `!${operand}` : `${name} ${operand}`, binding })
    } else {
      // The right operand of an equal operator goes into parentheses, since text binds to the left.
      const right = pop(binding + 1)
      const left = pop(binding === operators['=='][2] ? binding + 1 : binding)
      stack.push({ text: `${left} ${name} ${right}`, binding })
    }
  }
  return stack.pop()?.text ?? ''
}

/**
 * Reads the text of a condition without its outer parentheses. `start` is added to the places in
 * errors. @throws DirectoryError `malformed` with the character, `too-big` when nested too deep.
 */
export function parseCondition(
  text: string,
  parseSid: (text: string, at: number) => Sid,
  start = 0,
): ConditionToken[] {
  const tokens: ConditionToken[] = []
  let at = 0

  function or(depth: number): void {
    and(depth)
    while (take('||')) {
      and(depth)
      tokens.push({ kind: 'operator', name: '||' })
    }
  }

  function and(depth: number): void {
    unary(depth)
    while (take('&&')) {
      unary(depth)
      tokens.push({ kind: 'operator', name: '&&' })
    }
  }

  function unary(depth: number): void {
    let negations = 0
    while (next() === '!') {
      negations += 1
      at += 1
    }
    term(depth)
    for (; negations > 0; negations -= 1) tokens.push({ kind: 'operator', name: '!' })
  }

  function term(depth: number): void {
    if (depth > MAX_DEPTH) throw wrong('is nested too deep', 'too-big')
    if (take('(')) {
      or(depth + 1)
      if (!take(')')) throw wrong('a parenthesis is not closed')
      return
    }
    const prefix = takeWord(prefixOperators)
    if (prefix !== undefined) {
      // Windows also takes parentheses here: Member_of(SID(BA)).
      const isWrapped = take('(')
      operand()
      if (isWrapped && !take(')')) throw wrong('a parenthesis is not closed')
      tokens.push({ kind: 'operator', name: prefix })
      return
    }
    operand()
    const infix = takeSymbol() ?? takeWord(infixOperators)
    if (infix === undefined) return
    operand()
    tokens.push({ kind: 'operator', name: infix })
  }

  function operand(): void {
    if (!take('{')) {
      tokens.push(attribute() ?? literal())
      return
    }
    const values: ConditionLiteral[] = []
    if (!take('}')) {
      do values.push(literal())
      while (take(','))
      if (!take('}')) throw wrong('a list is not closed')
    }
    tokens.push({ kind: 'composite', values })
  }

  function attribute(): ConditionToken | undefined {
    const found = match(
      /(?:@(user|resource|device)\.)?([\p{L}_:./%][\p{L}\p{N}_:./%#$*+?@^`~'[\]\\-]*)/iuy,
    )
    if (found === undefined) return undefined
    const whole = found[0]
    const prefix = found[1]
    const name = found[2]!
    if (prefix === undefined && /^SID$/i.test(name) && text[at + whole.length] === '(')
      return undefined
    at += whole.length
    const scope = (prefix?.toLowerCase() ?? 'local') as AttributeScope
    const decoded = name.replaceAll(/%([0-9a-f]{4})/gi, (_, hex: string) => {
      return String.fromCharCode(Number.parseInt(hex, 16))
    })
    return { kind: 'attribute', scope, name: decoded }
  }

  function literal(): ConditionLiteral {
    const found = match(
      /"([^"]*)"|#((?:[0-9a-f]{2})*)|SID\(([^()]*)\)|([+-]?)(0x[0-9a-f]{1,16}|\d{1,22})/iy,
    )
    if (found === undefined) throw wrong('a value is missing')
    const [whole, string, octets, sid, sign, digits] = found
    const place = start + at
    at += whole.length
    if (string !== undefined) return { kind: 'string', value: string }
    if (octets !== undefined) return { kind: 'octets', value: Uint8Array.fromHex(octets) }
    if (sid !== undefined) return { kind: 'sid', value: parseSid(sid.trim(), place) }
    return integer(sign ?? '', digits!, place)
  }

  function match(sticky: RegExp): RegExpExecArray | undefined {
    next()
    sticky.lastIndex = at
    return sticky.exec(text) ?? undefined
  }

  function takeSymbol(): ConditionOperator | undefined {
    const found = match(/[=!<>]=|[<>]/y)?.[0] as ConditionOperator | undefined
    at += found?.length ?? 0
    return found
  }

  function takeWord(words: ReadonlyMap<string, ConditionOperator>): ConditionOperator | undefined {
    const found = match(/[A-Za-z_]+(?=[\s{(@]|$)/y)?.[0]
    const operator = found === undefined ? undefined : words.get(found.toLowerCase())
    if (operator !== undefined) at += operator.length
    return operator
  }

  function take(symbol: string): boolean {
    next()
    if (!text.startsWith(symbol, at)) return false
    at += symbol.length
    return true
  }

  /** The next character that is not a space. */
  function next(): string | undefined {
    while (/^\s$/.test(text[at] ?? '')) at += 1
    return text[at]
  }

  function wrong(says: string, code: 'malformed' | 'too-big' = 'malformed'): DirectoryError {
    return new DirectoryError(code, FIELD, says, start + at)
  }

  or(0)
  if (next() !== undefined) throw wrong('text after the expression')
  return tokens
}

function integer(sign: string, digits: string, place: number): ConditionLiteral {
  const base = /^0x/i.test(digits) ? 16 : /^0[0-7]+$/.test(digits) ? 8 : 10
  const magnitude = BigInt(base === 8 ? `0o${digits}` : digits)
  const value = sign === '-' ? -magnitude : magnitude
  // Without a sign, hexadecimal and octal digits may fill all 64 bits.
  const isPattern = sign === '' && base !== 10 && BigInt.asUintN(64, value) === value
  if (isPattern) return { kind: 'integer', value: BigInt.asIntN(64, value), base }
  if (BigInt.asIntN(64, value) !== value) {
    throw new DirectoryError('out-of-range', FIELD, 'an integer of more than 64 bits', place)
  }
  return { kind: 'integer', value, base }
}

const operatorEntries = Object.entries(operators) as [
  ConditionOperator,
  (typeof operators)[ConditionOperator],
][]
const operatorNames = new Map(operatorEntries.map(([name, [code]]) => [code as number, name]))
const wordOperators = operatorEntries.filter(([name]) => /^[A-Z]/.test(name))
const byOperands = (wanted: number) =>
  new Map(
    wordOperators
      .filter(([, [, operands]]) => operands === wanted)
      .map(([name]) => [name.toLowerCase(), name]),
  )
const prefixOperators = byOperands(1)
const infixOperators = byOperands(2)
const scopeNames = new Map<number, AttributeScope>(
  (Object.entries(scopes) as [AttributeScope, number][]).map(([name, code]) => [code, name]),
)

function readOperand(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  limit: number,
): [token: ConditionToken, end: number] {
  const code = bytes[start]!
  let at = start + 1
  if (code >= int.first && code <= int.last) {
    if (at + 10 > limit) throw cut(start)
    const base = bases[bytes[at + 9] as keyof typeof bases]
    if (base === undefined) throw new DirectoryError('malformed', FIELD, 'an unknown base', at + 9)
    return [{ kind: 'integer', value: view.getBigInt64(at, true), base }, at + 10]
  }
  const scope = scopeNames.get(code)
  if (![STRING, OCTETS, COMPOSITE, SID_LITERAL].includes(code) && scope === undefined) {
    throw new DirectoryError('unsupported', FIELD, `token 0x${code.toString(16)}`, start)
  }
  if (at + 4 > limit) throw cut(start)
  const length = view.getUint32(at, true)
  at += 4
  const end = at + length
  if (end > limit) throw cut(start)
  const content = bytes.subarray(at, end)
  if (scope !== undefined) return [{ kind: 'attribute', scope, name: utf16(content, at) }, end]
  switch (code) {
    case STRING: {
      return [{ kind: 'string', value: utf16(content, at) }, end]
    }
    case OCTETS: {
      return [{ kind: 'octets', value: content }, end]
    }
    case SID_LITERAL: {
      if (sidSizeBytes(content) !== length) {
        throw new DirectoryError('malformed', FIELD, 'a SID of another length', at)
      }
      return [{ kind: 'sid', value: readSid(content) }, end]
    }
    default: {
      const values: ConditionLiteral[] = []
      while (at < end) {
        const itemAt = at
        if (bytes[itemAt] === COMPOSITE) {
          throw new DirectoryError('malformed', FIELD, 'a list within a list', itemAt)
        }
        const [item, itemEnd] = readOperand(bytes, view, itemAt, end)
        if (item.kind === 'composite' || item.kind === 'attribute' || item.kind === 'operator') {
          throw new DirectoryError('malformed', FIELD, 'a list holds no constant', itemAt)
        }
        values.push(item)
        at = itemEnd
      }
      return [{ kind: 'composite', values }, end]
    }
  }
}

function writeToken(octets: number[], token: ConditionToken): void {
  switch (token.kind) {
    case 'operator': {
      octets.push(operators[token.name][0])
      return
    }
    case 'integer': {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setBigInt64(0, token.value, true)
      // Sign 2 is "-", 3 is "not written".
      octets.push(int.write, ...bytes, token.value < 0n ? 2 : 3, baseCodes[token.base])
      return
    }
    case 'string': {
      writeCounted(octets, STRING, utf16Octets(token.value))
      return
    }
    case 'octets': {
      writeCounted(octets, OCTETS, token.value)
      return
    }
    case 'sid': {
      writeCounted(octets, SID_LITERAL, writeSid(token.value))
      return
    }
    case 'attribute': {
      writeCounted(octets, scopes[token.scope], utf16Octets(token.name))
      return
    }
    case 'composite': {
      const content: number[] = []
      for (const value of token.values) writeToken(content, value)
      writeCounted(octets, COMPOSITE, content)
    }
  }
}

function writeCounted(
  octets: number[],
  code: number,
  content: ArrayLike<number> & Iterable<number>,
): void {
  const { length } = content
  octets.push(code, length & 0xff, (length >>> 8) & 0xff, (length >>> 16) & 0xff, length >>> 24)
  for (const octet of content) octets.push(octet)
}

function formatOperand(token: ConditionToken, formatSid: (sid: Sid) => string): string {
  switch (token.kind) {
    case 'integer': {
      const { value, base } = token
      const magnitude = (value < 0n ? -value : value).toString(base)
      const prefix = base === 16 ? '0x' : base === 8 && magnitude !== '0' ? '0' : ''
      return `${value < 0n ? '-' : ''}${prefix}${magnitude}`
    }
    case 'string': {
      if (token.value.includes('"')) {
        throw new DirectoryError(
          'unsupported',
          FIELD,
          'SDDL cannot say a string with a quote in it',
        )
      }
      return `"${token.value}"`
    }
    case 'octets': {
      return `#${token.value.toHex()}`
    }
    case 'sid': {
      return `SID(${formatSid(token.value)})`
    }
    case 'composite': {
      return `{${token.values.map((value) => formatOperand(value, formatSid)).join(', ')}}`
    }
    case 'attribute': {
      const name = token.name.replaceAll(/[^A-Za-z0-9:./_]/g, (character) => {
        return `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`
      })
      // A digit in front would be a number.
      const safe = name.replace(
        /^\d/,
        (digit) => `%${digit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      return token.scope === 'local' ? safe : `@${capital(token.scope)}.${safe}`
    }
    case 'operator': {
      return token.name
    }
  }
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** UTF-16 as it stands: lone surrogates survive. */
function utf16(bytes: Uint8Array, at: number): string {
  if (bytes.length % 2 !== 0) throw new DirectoryError('malformed', FIELD, 'half a character', at)
  let text = ''
  for (let i = 0; i < bytes.length; i += 2)
    text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8))
  return text
}

function utf16Octets(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    bytes[2 * i] = unit & 0xff
    bytes[2 * i + 1] = unit >>> 8
  }
  return bytes
}

function cut(at: number): DirectoryError {
  return new DirectoryError('truncated', FIELD, 'a token is cut off', at)
}
