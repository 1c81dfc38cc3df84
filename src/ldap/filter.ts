import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'

/**
 * What a search looks for: a plain tree, named as in RFC 4511 §4.5.1.7. Values are octets. `and` and
 * `or` of nothing are true and false (RFC 4526).
 */
export type Filter =
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | Comparison
  | Substrings
  | { readonly kind: 'present'; readonly attribute: string }
  | ExtensibleMatch

/** An attribute against one value. */
export interface Comparison {
  readonly kind: ComparisonKind
  readonly attribute: string
  readonly value: Uint8Array
}

/** How a value is compared. */
export type ComparisonKind = 'equalityMatch' | 'greaterOrEqual' | 'lessOrEqual' | 'approxMatch'

/** `initial*any*any*final`; at least one piece, in this order. */
export interface Substrings {
  readonly kind: 'substrings'
  readonly attribute: string
  readonly initial?: Uint8Array
  readonly any: readonly Uint8Array[]
  readonly final?: Uint8Array
}

/** A match by a rule, an attribute or both; never by neither. */
export interface ExtensibleMatch {
  readonly kind: 'extensibleMatch'
  readonly matchingRule?: string
  readonly attribute?: string
  readonly value: Uint8Array
  /** Whether the attributes of the entry's name count too. */
  readonly dnAttributes: boolean
}

const andTag = Tag.contextConstructed(0)
const orTag = Tag.contextConstructed(1)
const notTag = Tag.contextConstructed(2)
const substringsTag = Tag.contextConstructed(4)
const presentTag = Tag.context(7)
const extensibleTag = Tag.contextConstructed(9)
const comparisonTags: Readonly<Record<ComparisonKind, number>> = {
  equalityMatch: Tag.contextConstructed(3),
  greaterOrEqual: Tag.contextConstructed(5),
  lessOrEqual: Tag.contextConstructed(6),
  approxMatch: Tag.contextConstructed(8),
}
const initialTag = Tag.context(0)
const anyTag = Tag.context(1)
const finalTag = Tag.context(2)
const matchingRuleTag = Tag.context(1)
const typeTag = Tag.context(2)
const matchValueTag = Tag.context(3)
const dnAttributesTag = Tag.context(4)

/** An `and`, `or` or `not` whose contents are being read. */
interface Open {
  readonly tag: number
  readonly reader: BerReader
  readonly filters: Filter[]
}

/** Reads a filter without recursion: its depth and number of nodes are bounded by the limits alone. */
export function readFilter(reader: BerReader, limits: MessageLimits): Filter {
  const open: Open[] = []
  let from = reader
  for (let nodes = 1; ; nodes++) {
    if (nodes > limits.filterNodes)
      from.fail('count', 'Filter', `over ${limits.filterNodes} filters`)
    const tag = from.peek()
    let read: Filter | undefined
    if (tag === andTag || tag === orTag || tag === notTag) {
      open.push({ tag, reader: from.enter('Filter', tag), filters: [] })
    } else {
      read = readLeaf(from, tag, limits.filterNodes - nodes + 1)
      if (read.kind === 'substrings') nodes += Math.max(0, read.any.length - 1)
    }
    for (;;) {
      const around = open.at(-1)
      if (around === undefined) return read!
      if (read !== undefined) around.filters.push(read)
      if (!around.reader.isEmpty) {
        from = around.reader
        break
      }
      read = closeFilter(around)
      open.pop()
    }
  }
}

function closeFilter({ tag, reader, filters }: Open): Filter {
  if (tag === andTag) return { kind: 'and', filters }
  if (tag === orTag) return { kind: 'or', filters }
  const [filter, ...more] = filters
  if (filter === undefined) return reader.fail('missing', 'Filter.not', 'holds no filter')
  if (more.length > 0) return reader.fail('duplicate', 'Filter.not', 'holds more than one filter')
  return { kind: 'not', filter }
}

/** `room`: pieces that a substring may have in its middle. */
function readLeaf(reader: BerReader, tag: number | undefined, room: number): Filter {
  switch (tag) {
    case comparisonTags.equalityMatch:
      return readComparison(reader, 'equalityMatch', tag)
    case comparisonTags.greaterOrEqual:
      return readComparison(reader, 'greaterOrEqual', tag)
    case comparisonTags.lessOrEqual:
      return readComparison(reader, 'lessOrEqual', tag)
    case comparisonTags.approxMatch:
      return readComparison(reader, 'approxMatch', tag)
    case substringsTag:
      return readSubstrings(reader, room)
    case presentTag:
      return { kind: 'present', attribute: reader.name('Filter.present', presentTag) }
    case extensibleTag:
      return readExtensibleMatch(reader)
    case undefined:
      return reader.fail('truncated', 'Filter', 'is missing')
    default:
      return reader.fail('choice', 'Filter', 'no known kind of filter')
  }
}

function readComparison(reader: BerReader, kind: ComparisonKind, tag: number): Comparison {
  const value = reader.enter('AttributeValueAssertion', tag)
  const comparison = {
    kind,
    attribute: value.name('AttributeValueAssertion.attributeDesc'),
    value: value.octets('AttributeValueAssertion.assertionValue'),
  }
  value.finish('AttributeValueAssertion', [Tag.octetString])
  return comparison
}

function readSubstrings(reader: BerReader, room: number): Substrings {
  const value = reader.enter('SubstringFilter', substringsTag)
  const attribute = value.name('SubstringFilter.type')
  const pieces = value.enter('SubstringFilter.substrings')
  if (pieces.isEmpty) pieces.fail('missing', 'SubstringFilter.substrings', 'holds nothing')
  const initial = pieces.nextIs(initialTag) ? pieces.octets('initial', initialTag) : undefined
  const any: Uint8Array[] = []
  while (pieces.nextIs(anyTag)) {
    if (any.length >= room)
      pieces.fail('count', 'SubstringFilter.substrings', `over ${room} pieces`)
    any.push(pieces.octets('any', anyTag))
  }
  const final = pieces.nextIs(finalTag) ? pieces.octets('final', finalTag) : undefined
  pieces.close('SubstringFilter.substrings')
  value.finish('SubstringFilter', [Tag.octetString, Tag.sequence])
  return {
    kind: 'substrings',
    attribute,
    ...(initial && { initial }),
    any,
    ...(final && { final }),
  }
}

function readExtensibleMatch(reader: BerReader): ExtensibleMatch {
  const value = reader.enter('MatchingRuleAssertion', extensibleTag)
  const match: ExtensibleMatch = {
    kind: 'extensibleMatch',
    ...(value.nextIs(matchingRuleTag) && {
      matchingRule: value.name('MatchingRuleAssertion.matchingRule', matchingRuleTag),
    }),
    ...(value.nextIs(typeTag) && { attribute: value.name('MatchingRuleAssertion.type', typeTag) }),
    value: value.octets('MatchingRuleAssertion.matchValue', matchValueTag),
    dnAttributes:
      value.nextIs(dnAttributesTag) &&
      value.boolean('MatchingRuleAssertion.dnAttributes', dnAttributesTag),
  }
  if (match.matchingRule === undefined && match.attribute === undefined) {
    value.fail('missing', 'MatchingRuleAssertion', 'names neither a rule nor an attribute')
  }
  value.finish('MatchingRuleAssertion', [matchingRuleTag, typeTag, matchValueTag, dnAttributesTag])
  return match
}

/** Writes what {@link readFilter} reads, without recursion. @throws RangeError nested deeper than 512. */
export function writeFilter(writer: BerWriter, filter: Filter): void {
  const open: { readonly mark: number; readonly filters: readonly Filter[]; next: number }[] = []
  for (let current = filter; ;) {
    if (current.kind === 'and' || current.kind === 'or') {
      const mark = writer.begin(current.kind === 'and' ? andTag : orTag)
      open.push({ mark, filters: current.filters, next: 0 })
    } else if (current.kind === 'not') {
      open.push({ mark: writer.begin(notTag), filters: [current.filter], next: 0 })
    } else {
      writeLeaf(writer, current)
    }
    for (;;) {
      const around = open.at(-1)
      if (around === undefined) return
      const next = around.filters[around.next++]
      if (next !== undefined) {
        current = next
        break
      }
      writer.end(around.mark)
      open.pop()
    }
  }
}

/** A filter that holds no other. */
export type Leaf = Exclude<Filter, { kind: 'and' | 'or' | 'not' }>

function writeLeaf(writer: BerWriter, filter: Leaf): void {
  switch (filter.kind) {
    case 'present':
      return writer.text(filter.attribute, presentTag)
    case 'substrings':
      return writeSubstrings(writer, filter)
    case 'extensibleMatch':
      return writeExtensibleMatch(writer, filter)
    case 'equalityMatch':
    case 'greaterOrEqual':
    case 'lessOrEqual':
    case 'approxMatch':
      return writer.nest(comparisonTags[filter.kind], () => {
        writer.text(filter.attribute)
        writer.octets(filter.value)
      })
  }
}

function writeSubstrings(writer: BerWriter, { attribute, initial, any, final }: Substrings): void {
  if (!initial && any.length === 0 && !final) throw new RangeError('substrings of nothing')
  writer.nest(substringsTag, () => {
    writer.text(attribute)
    writer.nest(Tag.sequence, () => {
      if (initial) writer.octets(initial, initialTag)
      for (const piece of any) writer.octets(piece, anyTag)
      if (final) writer.octets(final, finalTag)
    })
  })
}

function writeExtensibleMatch(writer: BerWriter, match: ExtensibleMatch): void {
  const { matchingRule, attribute, value, dnAttributes } = match
  if (matchingRule === undefined && attribute === undefined) {
    throw new RangeError('an extensible match of neither a rule nor an attribute')
  }
  writer.nest(extensibleTag, () => {
    if (matchingRule !== undefined) writer.text(matchingRule, matchingRuleTag)
    if (attribute !== undefined) writer.text(attribute, typeTag)
    writer.octets(value, matchValueTag)
    if (dnAttributes) writer.boolean(true, dnAttributesTag)
  })
}
