import { type BerReader, contentsAt, lengthAt, Tag } from '#ber'
import type { Attribute } from './attribute.ts'
import { type Control, readControls } from './control.ts'
import { defaultLimits, type MessageLimits } from './limits.ts'
import { controlsTag, messageReader, messageTags } from './message.ts'
import { entryTags, searchResultEntry } from './search.ts'

/**
 * One attribute of an {@link EntryView}: its type is known, its values are looked at when asked for.
 * Everything in it was found well formed before, so nothing here throws.
 */
export class AttributeView implements Attribute {
  readonly type: string
  /** How many values it has. */
  readonly size: number
  readonly #bytes: Buffer
  readonly #start: number
  readonly #end: number

  /** @internal */
  constructor(type: string, size: number, bytes: Buffer, start: number, end: number) {
    this.type = type
    this.size = size
    this.#bytes = bytes
    this.#start = start
    this.#end = end
  }

  /** Each value as octets that share memory with the PDU. Made anew at each call. */
  get values(): Uint8Array[] {
    const bytes = this.#bytes
    const values: Uint8Array[] = []
    for (let at = this.#start; at < this.#end;) {
      const start = contentsAt(bytes, at)
      const length = lengthAt(bytes, at)
      values.push(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length))
      at = start + length
    }
    return values
  }

  /** Each value as text; what is not UTF-8 becomes U+FFFD. */
  get texts(): string[] {
    const bytes = this.#bytes
    const texts: string[] = []
    for (let at = this.#start; at < this.#end;) {
      const start = contentsAt(bytes, at)
      const end = start + lengthAt(bytes, at)
      texts.push(bytes.toString('utf8', start, end))
      at = end
    }
    return texts
  }

  /** The first value as octets, or undefined when there is none. */
  get value(): Uint8Array | undefined {
    if (this.#start >= this.#end) return undefined
    const bytes = this.#bytes
    const start = contentsAt(bytes, this.#start)
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, lengthAt(bytes, this.#start))
  }

  /** The first value as text, or undefined when there is none. */
  get text(): string | undefined {
    if (this.#start >= this.#end) return undefined
    const start = contentsAt(this.#bytes, this.#start)
    return this.#bytes.toString('utf8', start, start + lengthAt(this.#bytes, this.#start))
  }
}

/**
 * A search result entry seen through its PDU, for answers in thousands. The whole of it is checked at
 * once; names and values are made when looked at. It may be written wherever a `SearchResultEntry` may.
 *
 * It keeps the memory of its PDU alive, and with it what else arrived in the same chunk: copy what is
 * to be kept.
 */
export class EntryView {
  readonly op = 'searchResultEntry'
  readonly id: number
  readonly attributes: readonly AttributeView[]
  /** The bytes of the whole message, to pass on unchanged. */
  readonly pdu: Uint8Array
  /** Absent when there are none. */
  declare readonly controls?: readonly Control[]
  readonly #bytes: Buffer
  readonly #nameAt: number

  private constructor(
    id: number,
    attributes: readonly AttributeView[],
    controls: readonly Control[] | undefined,
    bytes: Buffer,
    nameAt: number,
  ) {
    this.id = id
    this.attributes = attributes
    if (controls !== undefined) this.controls = controls
    this.pdu = bytes
    this.#bytes = bytes
    this.#nameAt = nameAt
  }

  /**
   * The view over a PDU, or undefined when it holds another operation than an entry.
   *
   * @throws DecodeError naming the field and its byte offset
   */
  static over(pdu: Uint8Array, limits: MessageLimits = defaultLimits): EntryView | undefined {
    const reader = messageReader(pdu, limits)
    const message = reader.enter('LDAPMessage')
    const id = message.natural('LDAPMessage.messageID')
    if (!message.nextIs(searchResultEntry.tag)) return undefined
    const entry = message.enter('SearchResultEntry', searchResultEntry.tag)
    const nameAt = entry.offset
    entry.skip('SearchResultEntry.objectName', Tag.octetString)
    const bytes = reader.buffer
    const attributes = viewAttributes(entry, bytes, limits)
    entry.finish('SearchResultEntry', entryTags)
    const controls = message.nextIs(controlsTag)
      ? readControls(message, controlsTag, limits)
      : undefined
    message.finish('LDAPMessage', messageTags)
    reader.close('LDAPMessage')
    return new EntryView(id, attributes, controls, bytes, nameAt)
  }

  /** The name of the entry; octets that are not UTF-8 become U+FFFD. */
  get objectName(): string {
    const start = contentsAt(this.#bytes, this.#nameAt)
    return this.#bytes.toString('utf8', start, start + lengthAt(this.#bytes, this.#nameAt))
  }

  /** The attribute of exactly this description, compared without regard to ASCII case. */
  get(type: string): AttributeView | undefined {
    const wanted = type.toLowerCase()
    return this.attributes.find((one) => one.type === type || one.type.toLowerCase() === wanted)
  }
}

const attributeTags = [Tag.octetString, Tag.set]

function viewAttributes(entry: BerReader, bytes: Buffer, limits: MessageLimits): AttributeView[] {
  const outer = entry.descend('SearchResultEntry.attributes')
  const attributes: AttributeView[] = []
  let values = 0
  while (!entry.isEmpty) {
    if (attributes.length >= limits.attributes) {
      entry.fail('count', 'SearchResultEntry.attributes', `over ${limits.attributes}`)
    }
    const list = entry.descend('PartialAttribute')
    const type = entry.name('PartialAttribute.type')
    const attribute = entry.descend('PartialAttribute.vals', Tag.set)
    const start = entry.offset
    let size = 0
    for (; !entry.isEmpty; size++) entry.skip('PartialAttribute.vals', Tag.octetString)
    values += size
    if (values > limits.values) {
      entry.fail('count', 'PartialAttribute.vals', `over ${limits.values}`)
    }
    attributes.push(new AttributeView(type, size, bytes, start, entry.end))
    entry.leave(attribute)
    entry.finish('PartialAttribute', attributeTags)
    entry.leave(list)
  }
  entry.leave(outer)
  return attributes
}
