import { type BerReader, type BerWriter, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'

/** An attribute with its values (RFC 4511 §4.1.7). */
export interface Attribute {
  /** The description: type, and options such as `;range=0-1499`. */
  readonly type: string
  /** Octets of each value, sharing memory with the PDU when read. May be none. */
  readonly values: readonly Uint8Array[]
}

const attributeTags = [Tag.octetString, Tag.set]

/**
 * Reads `PartialAttribute ::= SEQUENCE { type, vals SET OF value }`. Whether there must be values
 * depends on the operation, and is for its server to say.
 */
export function readAttribute(
  reader: BerReader,
  field: string,
  limits: MessageLimits,
  budget: ValueBudget,
): Attribute {
  const attribute = reader.enter(field)
  const type = attribute.name(`${field}.type`)
  const list = attribute.enter(`${field}.vals`, Tag.set)
  const values: Uint8Array[] = []
  while (!list.isEmpty) {
    if (++budget.values > limits.values)
      list.fail('count', `${field}.vals`, `over ${limits.values}`)
    values.push(list.octets(`${field}.vals`))
  }
  attribute.finish(field, attributeTags)
  return { type, values }
}

/** Counts the values of one message. */
export interface ValueBudget {
  values: number
}

/** Reads `SEQUENCE OF Attribute`. */
export function readAttributes(
  reader: BerReader,
  field: string,
  limits: MessageLimits,
): Attribute[] {
  const list = reader.enter(field)
  const attributes: Attribute[] = []
  const budget: ValueBudget = { values: 0 }
  while (!list.isEmpty) {
    if (attributes.length >= limits.attributes)
      list.fail('count', field, `over ${limits.attributes}`)
    attributes.push(readAttribute(list, field, limits, budget))
  }
  return attributes
}

/** Writes what {@link readAttribute} reads. */
export function writeAttribute(writer: BerWriter, { type, values }: Attribute): void {
  const outer = writer.begin(Tag.sequence)
  writer.text(type)
  const inner = writer.begin(Tag.set)
  for (const value of values) writer.octets(value)
  writer.end(inner)
  writer.end(outer)
}

/** Writes what {@link readAttributes} reads. */
export function writeAttributes(writer: BerWriter, attributes: readonly Attribute[]): void {
  writer.nest(Tag.sequence, () => {
    for (const attribute of attributes) writeAttribute(writer, attribute)
  })
}
