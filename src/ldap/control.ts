import { BerReader, BerWriter, DecodeError, Tag } from '#ber'
import type { MessageLimits } from './limits.ts'

/** An extension of a request or answer (RFC 4511 §4.1.11), with its value as it is on the wire. */
export interface Control {
  readonly oid: string
  /** Whether a server that does not know it must refuse the request. Without meaning in answers. */
  readonly criticality: boolean
  /** Octets inside the OCTET STRING; absent is not the same as empty. */
  readonly value?: Uint8Array
}

/** A kind of control whose value we can read and write. */
export interface ControlCodec<Value> {
  readonly oid: string
  /** The control holding a value. */
  of(value: Value, criticality?: boolean): Control
  /** Whether it is among these. */
  isIn(controls: readonly Control[] | undefined): boolean
  /** The value of the first of this kind among these. @throws DecodeError when it is malformed. */
  find(controls: readonly Control[] | undefined): Value | undefined
  /** The value of this one. @throws DecodeError when it is malformed; offsets count from its value. */
  read(control: Control): Value
}

/** Declares a control by its OID and the reader and writer of its value. */
export function controlCodec<Value>(
  oid: string,
  field: string,
  read: (reader: BerReader) => Value,
  write: (writer: BerWriter, value: Value) => void,
): ControlCodec<Value> {
  const codec: ControlCodec<Value> = {
    oid,
    of(value, criticality = false) {
      const writer = new BerWriter(64)
      write(writer, value)
      return { oid, criticality, value: writer.take() }
    },
    isIn: (controls) => controls?.some((control) => control.oid === oid) ?? false,
    find(controls) {
      const control = controls?.find((one) => one.oid === oid)
      return control && codec.read(control)
    },
    read(control) {
      if (control.value === undefined) throw new DecodeError('missing', field, 0, 'has no value')
      const reader = new BerReader(control.value)
      const value = read(reader)
      reader.close(field)
      return value
    },
  }
  return codec
}

/** Declares a control that says all by being there. */
export function flagControl(oid: string) {
  return {
    oid,
    /** The control, critical or not. */
    of: (criticality = false): Control => ({ oid, criticality }),
    /** Whether it is among these. */
    isIn: (controls: readonly Control[] | undefined): boolean =>
      controls?.some((control) => control.oid === oid) ?? false,
  }
}

const controlTags = [Tag.octetString, Tag.boolean]

/** Reads `Controls ::= SEQUENCE OF control Control` under `[0]`. */
export function readControls(reader: BerReader, tag: number, limits: MessageLimits): Control[] {
  const list = reader.enter('controls', tag)
  const controls: Control[] = []
  while (!list.isEmpty) {
    if (controls.length >= limits.controls)
      list.fail('count', 'controls', `over ${limits.controls}`)
    controls.push(readControl(list))
  }
  return controls
}

function readControl(reader: BerReader): Control {
  const value = reader.enter('Control')
  const control = {
    oid: value.name('Control.controlType'),
    criticality: value.nextIs(Tag.boolean) && value.boolean('Control.criticality'),
    ...(value.nextIs(Tag.octetString) && { value: value.octets('Control.controlValue') }),
  }
  value.finish('Control', controlTags)
  return control
}

/** Writes what {@link readControls} reads. */
export function writeControls(writer: BerWriter, tag: number, controls: readonly Control[]): void {
  writer.nest(tag, () => {
    for (const { oid, criticality, value } of controls) {
      writer.nest(Tag.sequence, () => {
        writer.text(oid)
        if (criticality) writer.boolean(true)
        if (value !== undefined) writer.octets(value)
      })
    }
  })
}
