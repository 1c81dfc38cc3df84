import fc, { type Arbitrary, type RecordConstraints } from 'fast-check'
import type { Attribute, Control, Filter, LdapResult, Message, Operation } from './index.ts'
import { modifyOperations } from './modify.ts'
import { resultCodes } from './result.ts'
import { derefAliases, searchScopes } from './search.ts'

/**
 * Bytes from a template of hexadecimal, one field a line: blanks do not count, `'text'` stands for its
 * UTF-8, and everything after `#` is the name of the field. Interpolated bytes are put in as they are.
 *
 * @throws SyntaxError when something else is in it
 */
export function hex(strings: TemplateStringsArray, ...parts: (Uint8Array | string)[]): Uint8Array {
  const chunks: Uint8Array[] = []
  strings.forEach((piece, i) => {
    for (const line of piece.split('\n')) chunks.push(...lineBytes(line))
    const part = parts[i]
    if (part !== undefined) chunks.push(typeof part === 'string' ? Buffer.from(part) : part)
  })
  return new Uint8Array(Buffer.concat(chunks))
}

function lineBytes(line: string): Uint8Array[] {
  const tokens = /'[^']*'|#.*|[0-9a-fA-F]{2}|\s+|./g
  return (line.match(tokens) ?? []).flatMap((token) => {
    if (token.startsWith('#') || /^\s/.test(token)) return []
    if (token.length > 1 && token.startsWith("'")) return [Buffer.from(token.slice(1, -1))]
    if (token.length === 2) return [Buffer.from(token, 'hex')]
    throw new SyntaxError(`not hexadecimal: ${token} in ${line.trim()}`)
  })
}

/** Octets of a text. */
export function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text))
}

const maxInt = 0x7fff_ffff

/** Plain objects only, as the codec makes them. */
function record<T, K extends keyof T = keyof T>(
  model: { [P in keyof T]: Arbitrary<T[P]> },
  constraints: RecordConstraints<K> = {},
) {
  return fc.record<T, K>(model, { ...constraints, noNullPrototype: true })
}

const value = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map(octets),
  fc.uint8Array({ minLength: 120, maxLength: 300 }),
)
const dn = fc.oneof(
  fc.constantFrom('', 'DC=corp,DC=example', 'CN=Ann,OU=Staff,DC=corp,DC=example', '<GUID=00>'),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
/** Attribute descriptions that have a text form. */
const description = fc.oneof(
  fc.constantFrom('cn', 'objectClass', 'sAMAccountName', 'member;range=0-1499', '2.5.4.3', 'a_b'),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}(;[a-z0-9-]{1,8})?$/),
)
const name = fc.oneof(description, fc.string({ unit: 'binary', maxLength: 70 }))
const oid = fc.oneof(fc.constantFrom('1.2.840.113556.1.4.319', '1.3.6.1.4.1.1466.20037'), name)
const uris = fc.array(fc.oneof(fc.constant('ldap://dc1.corp.example/DC=corp'), dn), {
  minLength: 1,
  maxLength: 3,
})

const attribute: Arbitrary<Attribute> = record({
  type: name,
  values: fc.array(value, { maxLength: 4 }),
})

/** Filters of any shape, whose names come from `names`. */
function filters(names: Arbitrary<string>): Arbitrary<Filter> {
  const nonEmpty = fc.uint8Array({ minLength: 1, maxLength: 12 })
  const comparison = record({
    kind: fc.constantFrom('equalityMatch', 'greaterOrEqual', 'lessOrEqual', 'approxMatch'),
    attribute: names,
    value,
  })
  const substrings = record(
    {
      kind: fc.constant('substrings' as const),
      attribute: names,
      initial: nonEmpty,
      any: fc.array(value, { maxLength: 3 }),
      final: nonEmpty,
    },
    { requiredKeys: ['kind', 'attribute', 'any'] },
  ).filter(({ initial, any, final }) => any.length > 0 || !!initial || !!final)
  const extensible = record(
    {
      kind: fc.constant('extensibleMatch' as const),
      matchingRule: names,
      attribute: names,
      value,
      dnAttributes: fc.boolean(),
    },
    { requiredKeys: ['kind', 'value', 'dnAttributes'] },
  ).filter(({ matchingRule, attribute: type }) => matchingRule !== undefined || type !== undefined)
  const present = record({ kind: fc.constant('present' as const), attribute: names })
  const leaf = fc.oneof(comparison, substrings, present, extensible) as Arbitrary<Filter>
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      record({ kind: fc.constant('and'), filters: fc.array(tie('filter'), { maxLength: 3 }) }),
      record({ kind: fc.constant('or'), filters: fc.array(tie('filter'), { maxLength: 3 }) }),
      record({ kind: fc.constant('not'), filter: tie('filter') }),
    ),
  })).filter
}

/** Any filter. */
export const anyFilter: Arbitrary<Filter> = filters(name)

/** Any filter whose names are such that it has a text form. */
export const anyTextFilter: Arbitrary<Filter> = filters(
  description.filter((text) => !text.includes('=') && text.toLowerCase() !== 'dn'),
)

const result: Arbitrary<LdapResult> = record(
  {
    resultCode: fc.oneof(
      fc.constantFrom(...resultCodes.names),
      fc.integer({ min: 0, max: 70_000 }).filter((code) => resultCodes.nameOf(code) === undefined),
    ),
    matchedDN: fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
    diagnosticMessage: dn,
    referral: uris,
  },
  { requiredKeys: ['resultCode', 'matchedDN', 'diagnosticMessage'] },
)

const authentication = fc.oneof(
  record({ method: fc.constant('simple'), password: value }),
  record(
    {
      method: fc.constant('sasl'),
      mechanism: fc.constantFrom('GSS-SPNEGO', ''),
      credentials: value,
    },
    { requiredKeys: ['method', 'mechanism'] },
  ),
  record({
    method: fc.constantFrom('sicilyPackageDiscovery', 'sicilyNegotiate', 'sicilyResponse'),
    credentials: value,
  }),
)

function op<Op extends string>(word: Op) {
  return fc.constant(word)
}

function answers<Op extends string>(word: Op) {
  return fc.tuple(result, op(word)).map(([answer, operation]) => ({ op: operation, ...answer }))
}

const operations: { readonly [Op in Operation['op']]: Arbitrary<unknown> } = {
  bindRequest: record({
    op: op('bindRequest'),
    version: fc.integer({ min: 0, max: 127 }),
    name: dn,
    authentication,
  }),
  bindResponse: fc
    .tuple(answers('bindResponse'), fc.option(value), fc.boolean())
    .map(([answer, creds, isSicily]) => ({
      ...answer,
      ...(creds && { serverSaslCreds: creds }),
      ...(isSicily && { matchedDN: '', sicilyServerCreds: octets('NTLMSSP\0\x02\0') }),
    })),
  unbindRequest: record({ op: op('unbindRequest') }),
  searchRequest: record({
    op: op('searchRequest'),
    baseObject: dn,
    scope: fc.constantFrom(...searchScopes.names),
    derefAliases: fc.constantFrom(...derefAliases.names),
    sizeLimit: fc.nat(maxInt),
    timeLimit: fc.nat(maxInt),
    typesOnly: fc.boolean(),
    filter: anyFilter,
    attributes: fc.array(name, { maxLength: 6 }),
  }),
  searchResultEntry: record({
    op: op('searchResultEntry'),
    objectName: dn,
    attributes: fc.array(attribute, { maxLength: 6 }),
  }),
  searchResultReference: record({ op: op('searchResultReference'), uris }),
  searchResultDone: answers('searchResultDone'),
  modifyRequest: record({
    op: op('modifyRequest'),
    object: dn,
    changes: fc.array(
      record({
        operation: fc.constantFrom(...modifyOperations.names),
        modification: attribute,
      }),
      { maxLength: 4 },
    ),
  }),
  modifyResponse: answers('modifyResponse'),
  addRequest: record({
    op: op('addRequest'),
    entry: dn,
    attributes: fc.array(attribute, { maxLength: 5 }),
  }),
  addResponse: answers('addResponse'),
  delRequest: record({ op: op('delRequest'), entry: dn }),
  delResponse: answers('delResponse'),
  modifyDNRequest: record(
    {
      op: op('modifyDNRequest'),
      entry: dn,
      newrdn: dn,
      deleteoldrdn: fc.boolean(),
      newSuperior: dn,
    },
    { requiredKeys: ['op', 'entry', 'newrdn', 'deleteoldrdn'] },
  ),
  modifyDNResponse: answers('modifyDNResponse'),
  compareRequest: record({ op: op('compareRequest'), entry: dn, attribute: name, value }),
  compareResponse: answers('compareResponse'),
  abandonRequest: record({ op: op('abandonRequest'), messageId: fc.nat(maxInt) }),
  extendedRequest: record(
    { op: op('extendedRequest'), requestName: oid, requestValue: value },
    { requiredKeys: ['op', 'requestName'] },
  ),
  extendedResponse: fc
    .tuple(answers('extendedResponse'), fc.option(oid), fc.option(value))
    .map(([answer, responseName, responseValue]) => ({
      ...answer,
      ...(responseName !== null && { responseName }),
      ...(responseValue !== null && { responseValue }),
    })),
  intermediateResponse: record(
    { op: op('intermediateResponse'), responseName: oid, responseValue: value },
    { requiredKeys: ['op'] },
  ),
}

const control: Arbitrary<Control> = record(
  { oid, criticality: fc.boolean(), value },
  { requiredKeys: ['oid', 'criticality'] },
)

/** The operations there are, to make one test for each. */
export const operationNames = Object.keys(operations) as Operation['op'][]

/** Any message with this operation. */
export function anyMessage(word: Operation['op']): Arbitrary<Message> {
  return fc
    .tuple(
      fc.nat(maxInt),
      operations[word],
      fc.option(fc.array(control, { minLength: 1, maxLength: 3 }), { freq: 3 }),
    )
    .map(([id, operation, controls]) => ({
      id,
      ...(operation as Operation),
      ...(controls && { controls }),
    }))
}
